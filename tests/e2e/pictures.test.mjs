// The main views look as they looked when somebody last looked at them. `cargo xtask pictures` takes the
// pictures anew.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { PICTURES, TOLERATED, compare, keep, kept, launchForPictures, openView, take } from "./pictures.mjs";

let browser;
before(async () => {
  browser = await launchForPictures();
});
after(() => browser?.close());

for (const view of PICTURES) {
  test(`${view.name} looks as it did`, async () => {
    const page = await openView(browser, view);
    const seen = await take(page);
    await page.finish();
    const { share, where } = compare(await kept(view.name), seen);
    if (share <= TOLERATED) return;
    const folder = process.env.SYNOD_SHOTS;
    if (folder) {
      await keep(view.name, seen, pathToFileURL(`${folder}/`));
      await keep(`${view.name}-difference`, where, pathToFileURL(`${folder}/`));
    }
    assert.fail(
      `${(share * 100).toFixed(2)} % of the picture differ${folder ? `: look at ${folder}` : "; SYNOD_SHOTS=folder shows where"}. ` +
        "If that is as it should be, `cargo xtask pictures` takes the pictures anew.",
    );
  });
}

// What the comparison must not let pass, each tried on a view that is as it should be.
const DEFECTS = {
  "another colour of some arrows": ":root { --replicate: var(--muted) !important }",
  "arrows that are not drawn": ".synod .arrow { display: none }",
  "arrows without their labels": ".synod .arrow text { display: none }",
  "roles that are not said": ".head .role { visibility: hidden }",
  "a panel that has slipped": ".panel { transform: translateX(6px) }",
  "a button that is gone": ".top .button:first-of-type { visibility: hidden }",
};
test("the comparison sees what a reader would see", async () => {
  const view = PICTURES.find(({ name }) => name === "first-desktop-dark");
  const picture = await kept(view.name);
  const page = await openView(browser, view);
  for (const [defect, rules] of Object.entries(DEFECTS)) {
    const style = await page.addStyleTag({ content: rules });
    const { share } = compare(picture, await take(page));
    assert.ok(share > TOLERATED, `${defect} goes unseen: ${share}`);
    await style.evaluate((element) => element.remove());
  }
  assert.ok(compare(picture, await take(page)).share <= TOLERATED, "and without them nothing differs");
  await page.finish();
});
