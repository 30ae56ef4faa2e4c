// Nobody is shut out: axe finds nothing serious in any view, light or dark.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { before, test } from "node:test";
import { PHONE, open, sharedBrowser } from "./harness.mjs";

const shared = sharedBrowser();
let axe;
before(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
});

/** Fails with what axe finds serious or worse. */
async function isAccessible(page, view) {
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const { violations } = await window.axe.run(document, { runOnly: { type: "tag", values: tags } });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, help, nodes }) => {
        const where = nodes.slice(0, 4).map((node) => `    ${node.html.slice(0, 160)}\n      ${node.failureSummary.split("\n")[1]}`);
        return `${id}: ${help} (${nodes.length})\n${where.join("\n")}`;
      });
  });
  assert.deepEqual(found, [], `${view}:\n${found.join("\n")}`);
}


async function standing(options) {
  const page = await open(shared.browser, options);
  await page.locator(".app[data-steps]").waitFor();
  return page;
}

for (const colorScheme of ["light", "dark"]) {
  test(`every panel of the page, ${colorScheme}`, async () => {
    const page = await standing({ colorScheme, path: "?scenario=raft-leader-crash&t=700ms&autoplay=0" });
    await page.locator(".app[data-digest]").waitFor();
    for (const tab of ["Run", "Events", "Rules", "Setup", "History", "Health"]) {
      await page.locator(".tabs").getByRole("button", { name: tab, exact: true }).click();
      await isAccessible(page, tab);
    }
    await page.finish();
  });

  test(`dialogs, menus and what is inspected, ${colorScheme}`, async () => {
    const page = await standing({ colorScheme, path: "?scenario=paxos-duel&t=200ms&autoplay=0" });
    await page.locator(".app[data-digest]").waitFor();
    await page.keyboard.press("n");
    await isAccessible(page, "a message picked");
    // The lanes are drawn sheet by sheet, and a sheet that comes into view is there a frame later.
    const found = await page.waitForFunction(() => {
      const bounds = [...document.querySelectorAll(".lane-hit")].map((lane) => lane.getBoundingClientRect().toJSON());
      return bounds.find(({ top, bottom }) => top < 300 && bottom > 400);
    });
    const lane = await found.jsonValue();
    await page.mouse.click(lane.x + lane.width / 2, Math.max(lane.y, 300) + 12);
    await page.getByRole("menu").waitFor();
    await isAccessible(page, "a lane's menu");
    await page.keyboard.press("Escape");
    await page.locator(".head").nth(2).focus();
    await page.keyboard.press("Delete");
    await page.locator(".hidden-lanes").waitFor();
    await isAccessible(page, "a hidden lane");
    for (const key of ["g", "s", "x", "?"]) {
      await page.keyboard.press(key);
      await page.getByRole("dialog").waitFor();
      await isAccessible(page, `the dialog of ${key}`);
      await page.keyboard.press("Escape");
    }
    await page.finish();
  });

  test(`a fall, the ring, a phone, an embed, a bad link, ${colorScheme}`, async () => {
    const views = [
      { path: "?scenario=raft-figure-8-broken&t=60s&autoplay=0" },
      { path: "?view=both&t=400ms&autoplay=0" },
      { path: "?t=400ms&autoplay=0", viewport: PHONE },
      { path: "?embed=1&scenario=paxos-happy-path&t=100ms&autoplay=0" },
      { path: "?embed=1&view=log&scenario=paxos-happy-path&t=100ms&autoplay=0" },
    ];
    for (const view of views) {
      const page = await standing({ colorScheme, ...view });
      await page.locator(".app[data-digest]").waitFor();
      await isAccessible(page, view.path);
      await page.finish();
    }
    const page = await open(shared.browser, { colorScheme, path: "#v1:AAAA" });
    await page.locator('[data-state="bad-link"]').waitFor();
    await isAccessible(page, "a bad link");
    await page.finish();
  });
}
