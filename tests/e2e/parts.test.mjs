// The program comes in two parts: what the page starts with, and what it fetches when somebody acts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DESKTOP, digest, open, press, sharedBrowser, siteUrl } from "./harness.mjs";

const shared = sharedBrowser();

const REST = /_rest\.wasm$/;
/** What a request is made by: the page ahead of need, or the program that waits for it. */
const [AHEAD, AT_ONCE] = ["fetch", "xhr"];

/**
 * A browser context without a service worker, and how the second part was asked for in it. `answers` says what
 * each way of asking gets: the file where it says nothing, else a status, or "never" for no answer at all.
 */
async function visitor(answers = {}) {
  const context = await shared.browser.newContext({ viewport: DESKTOP, serviceWorkers: "block" });
  const asked = [];
  await context.route(REST, (route) => {
    const by = route.request().resourceType();
    asked.push(by);
    const answer = answers[by];
    if (answer === "never") return undefined;
    return answer ? route.fulfill({ status: answer, body: "" }) : route.continue();
  });
  return { context, asked };
}

const plays = (page) => page.locator(".head.lead").waitFor({ state: "attached", timeout: 20_000 });
/** Clicks without a pointer: nobody is there. */
const click = (page, name) => page.locator(`[aria-label="${name}"]`).first().evaluate((button) => button.click());
const until = async (page, holds) => {
  for (let tries = 0; !holds() && tries < 100; tries++) await page.waitForTimeout(50);
  assert.ok(holds());
};
const situations = (page) => page.locator("dialog[open] [data-act^=visit]");

for (const path of ["", "?embed=1", "?embed=1&protocol=paxos&seed=7", "?seed=7", "?autoplay=0&theme=dark"]) {
  test(`without input the second part is not asked for: ${path || "the page"}`, async () => {
    const { context, asked } = await visitor();
    const page = await open(shared.browser, { context, path });
    if (!path.includes("autoplay")) {
      if (!path.includes("paxos")) await plays(page);
      await page.waitForTimeout(2_000);
      // A short run may have come to its end by itself.
      await page.evaluate(() => document.querySelector('[aria-label="Pause"]')?.click());
    }
    await digest(page);
    for (const name of ["Step forward (→)", "Step back (←)"]) await click(page, name);
    await page.waitForTimeout(500);
    assert.deepEqual(asked, []);
    await page.finish();
    await context.close();
  });
}

test("the first movement of the pointer fetches it, once", async () => {
  const { context, asked } = await visitor();
  const page = await open(shared.browser, { context });
  await plays(page);
  for (let x = 100; x < 400; x += 50) await page.mouse.move(x, 300);
  await until(page, () => asked.length > 0);
  await press(page, "Gallery");
  assert.ok((await situations(page).count()) > 20);
  assert.deepEqual(asked, [AHEAD]);
  await page.finish();
  await context.close();
});

test("what needs it before it is there waits for it, and runs on", async () => {
  const { context, asked } = await visitor({ [AHEAD]: "never" });
  const page = await open(shared.browser, { context });
  await plays(page);
  await press(page, "Gallery");
  assert.ok((await situations(page).count()) > 20);
  await page.keyboard.press("Escape");
  await press(page, "Pause");
  await page.keyboard.press("s");
  await page.locator("dialog[open]").getByRole("textbox", { name: "Link", exact: true }).waitFor();
  assert.equal(asked.filter((by) => by === AT_ONCE).length, 1);
  await page.finish();
  await context.close();
});

test("a link and a situation of the gallery have it fetched with the program", async () => {
  const { context, asked } = await visitor();
  const page = await open(shared.browser, { context, path: "?scenario=raft-split-vote&t=300ms&autoplay=0" });
  const before = await digest(page);
  assert.equal(asked[0], AHEAD);
  await press(page, "Share");
  const link = await page.locator("dialog[open]").getByRole("textbox", { name: "Link", exact: true }).inputValue();
  const second = await open(shared.browser, { context, path: link });
  assert.equal(await digest(second), before);
  await second.finish();
  await page.finish();
  await context.close();
});

for (const [how, answers] of [["ahead of need", {}], ["at once", { [AHEAD]: "never" }]]) {
  test(`it comes into a frame in a sandbox, too: ${how}`, async () => {
    const { context, asked } = await visitor(answers);
    const page = await context.newPage();
    const troubles = [];
    page.on("pageerror", (error) => troubles.push(error.message));
    const src = siteUrl("?embed=1");
    await page.setContent(`<iframe id="f" sandbox="allow-scripts" width="900" height="480" title="Synod" src="${src}"></iframe>`);
    const frame = page.frameLocator("#f");
    await frame.locator(".head.lead").waitFor({ state: "attached", timeout: 20_000 });
    assert.deepEqual(asked, []);
    await frame.getByRole("button", { name: "Pause", exact: true }).click();
    await frame.getByRole("button", { name: /Open in playground/ }).click();
    await frame.getByRole("dialog").waitFor();
    assert.equal(asked.at(-1), how === "at once" ? AT_ONCE : AHEAD);
    assert.deepEqual(troubles, []);
    await context.close();
  });
}

test("where it cannot be had, the page says so and keeps the run's link", async () => {
  const { context } = await visitor({ [AHEAD]: 404, [AT_ONCE]: 404 });
  const page = await open(shared.browser, { context });
  await plays(page);
  await press(page, "Pause");
  const before = await digest(page);
  assert.equal(await page.locator(".crash").count(), 0, "a file that is missing stops nothing that is there");
  await press(page, "Gallery");
  const crash = page.locator(".crash");
  await crash.waitFor();
  assert.match(await crash.innerText(), /could not be loaded.*404/s);
  const link = await crash.getByRole("link", { name: "Link to this run" }).getAttribute("href");
  page.troubles = [];
  await page.finish();
  await context.close();
  assert.match(link, /#v1:/);
  assert.ok(before);
});

test("after a failure the next sign of somebody tries again", async () => {
  const answers = { [AHEAD]: 503 };
  const { context, asked } = await visitor(answers);
  const page = await open(shared.browser, { context });
  await plays(page);
  await page.mouse.move(200, 300);
  await until(page, () => asked.length === 1);
  delete answers[AHEAD];
  await page.waitForTimeout(2_200);
  await page.mouse.move(300, 300);
  await until(page, () => asked.length === 2);
  page.troubles = page.troubles.filter((trouble) => !/503/.test(trouble));
  await press(page, "Gallery");
  await situations(page).first().waitFor();
  assert.deepEqual(asked, [AHEAD, AHEAD]);
  await page.finish();
  await context.close();
});

test("after the first visit all of it works offline", async () => {
  const page = await open(shared.browser);
  await plays(page);
  assert.ok(await page.evaluate(() => navigator.serviceWorker.ready.then(() => true)));
  await page.context().setOffline(true);
  await page.reload();
  await plays(page);
  await press(page, "Gallery");
  await situations(page).nth(1).click();
  await page.locator(".app[data-state=run]").waitFor();
  // With the keyboard alone nothing comes before the key that takes the second part.
  await page.reload();
  await page.locator(".app[data-state=run]").waitFor();
  await page.keyboard.press("s");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: /^ShiViz/ }).click(),
  ]);
  assert.match(download.suggestedFilename(), /shiviz/);
  await page.finish();
});
