// Takes the pictures that pictures.test.mjs compares with: `cargo xtask pictures`. What changed is listed, to be
// looked at before it is kept for good.

import { PICTURES, TOLERATED, compare, keep, kept, launchForPictures, openView, take } from "./pictures.mjs";

const browser = await launchForPictures();
try {
  for (const view of PICTURES) {
    const page = await openView(browser, view);
    const seen = await take(page);
    await page.finish();
    const before = await kept(view.name).catch(() => undefined);
    const share = before ? compare(before, seen).share : 1;
    // What is tolerated stays as it is, so that a picture changes only when its view does.
    if (share <= TOLERATED) continue;
    await keep(view.name, seen);
    console.log(`${view.name}: ${before ? `${(share * 100).toFixed(2)} % differ` : "new"}`);
  }
} finally {
  await browser.close();
}
