// Nobody is shut out: axe finds nothing serious in any view, light or dark.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { before, test } from "node:test";
import { PHONE, open, press, sharedBrowser, shot, tab } from "./harness.mjs";

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

test("everything stands in a landmark, and the marks of the timeline are told in words", async () => {
  const page = await standing({ path: "?scenario=raft-leader-crash&t=700ms&autoplay=0" });
  await page.locator(".app[data-digest]").waitFor();
  await page.evaluate(axe);
  const outside = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { runOnly: { type: "rule", values: ["region"] } });
    return violations.flatMap(({ nodes }) => nodes.map((node) => node.html.slice(0, 120)));
  });
  assert.deepEqual(outside, []);
  const timeline = page.getByRole("slider", { name: "Timeline" });
  const words = page.locator(".mark-legend");
  assert.ok(!(await words.isVisible()));
  await timeline.focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  await words.waitFor();
  assert.match(await words.innerText(), /\d+ elections?\s+\d+ decisions?\s+\d+ faults?/);
  const lines = await page.locator(".lines path").evaluateAll((paths) =>
    paths.map((path) => `${path.getAttribute("d").split("M").length - 1} ${path.getAttribute("class")}`),
  );
  const counted = (await words.innerText()).split("\n").map((row) => row.replace(/elections?/, "lead").replace(/s$/, ""));
  assert.deepEqual(lines, counted, "there is a line for each mark");
  const told = await timeline.evaluate((slider) => document.getElementById(slider.getAttribute("aria-describedby")).textContent);
  assert.match(told, /elections?/);
  await shot(page, "mark-legend");
  await page.finish();
});

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

  for (const viewport of [{ width: 1280, height: 720 }, PHONE]) {
    test(`panels longer than their place, ${viewport.width} wide, ${colorScheme}`, async () => {
      const page = await standing({ colorScheme, viewport, path: "?scenario=raft-leader-crash&t=700ms&autoplay=0" });
      await page.locator(".app[data-digest]").waitFor();
      for (const name of ["Health", "History"]) {
        await tab(page, name);
        await isAccessible(page, name);
      }
      await tab(page, "Setup");
      await press(page, "Hold all messages");
      await tab(page, "Run");
      await page.locator(".waiting").waitFor();
      await isAccessible(page, "messages that are held");
      await page.locator(".head").nth(1).click();
      await page.getByRole("menuitem", { name: "Look inside" }).click();
      await page.locator(".panel.node").waitFor();
      await isAccessible(page, "a node looked at closely");
      // What scrolls there is scrolled by keys.
      await page.locator(".side").focus();
      await page.keyboard.press("PageDown");
      await page.waitForFunction(() => document.querySelector(".side").scrollTop > 0);
      await page.finish();
    });
  }

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
