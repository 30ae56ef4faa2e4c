// How the cluster does, and how the page itself does when it fails.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PHONE, open, press, sharedBrowser, shot, tab } from "./harness.mjs";

const shared = sharedBrowser();

const gauge = (page, name) => page.locator(".gauge", { has: page.getByRole("heading", { name }) });

test("the health panel follows the run both ways", async () => {
  const page = await open(shared.browser, { path: "?protocol=raft&seed=4" });
  await tab(page, "Health");
  await page.getByRole("combobox", { name: "Speed" }).selectOption("5");
  const decided = async () => Number(await gauge(page, "Decisions").locator("b").innerText());
  await page.waitForFunction(() => Number(document.querySelector(".gauge b").innerText) >= 5, undefined, { timeout: 60_000 });
  await press(page, "Pause");
  assert.match(await gauge(page, "Candidate to Leader").innerText(), /1 won/);
  assert.match(await gauge(page, "Commit latency").locator("b").innerText(), /\d\sms$/);
  assert.match(await gauge(page, "Messages").innerText(), /\d+\.\d a decision/);
  assert.match(await gauge(page, "Messages").innerText(), /\d+ bytes, \d+ a decision/);
  assert.match(await gauge(page, /^Leader$/).innerText(), /S\d\s+since \d/);
  assert.match(await gauge(page, "Quorum").innerText(), /2 may fail\s+5 reach each other; a quorum is 3/);
  // What comes and goes has a plot, which says in words how high it is.
  const plot = async (name) => (await gauge(page, name).locator(".spark title").textContent()).replace(/^over time, in stretches of \d+\.\d ms: at most /, "");
  for (const name of ["Decisions", "Messages", "Candidate to Leader", "Behind what"]) assert.match(await plot(name), /^\d+$/);
  const longest = async (name) => (await gauge(page, name).innerText()).match(/longest (\d+\.\d\sms)/)[1].replace("\u00a0", " ");
  for (const name of ["Commit latency", "Clients wait"]) assert.equal(await plot(name), await longest(name));
  assert.equal(await page.locator(".behind").count(), 5);
  await shot(page, "health");
  const before = await decided();
  await page.getByRole("slider", { name: "Timeline" }).fill("0");
  assert.equal(await decided(), 0);
  await page.getByRole("slider", { name: "Timeline" }).fill("10000");
  await page.waitForFunction((before) => Number(document.querySelector(".gauge b").innerText) >= before, before);
  await page.finish();
});

test("the health panel fits a phone, in the dark", async () => {
  const page = await open(shared.browser, { viewport: PHONE, colorScheme: "dark" });
  await page.locator(".head.lead").waitFor({ state: "attached", timeout: 20_000 });
  await tab(page, "Health");
  const wide = await page.evaluate(() => [...document.querySelectorAll(".health *")].filter((element) => element.getBoundingClientRect().right > innerWidth).length);
  assert.equal(wide, 0);
  await shot(page, "health-phone");
  await page.finish();
});

test("when the program fails, the page says so and gives back the run", async () => {
  const page = await open(shared.browser);
  await page.locator(".head.lead").waitFor({ state: "attached", timeout: 20_000 });
  await press(page, "Pause");
  await press(page, "Crash S3");
  await page.locator(".head.down").waitFor();
  // Nothing in the page fails on purpose: the browser does, where it never should.
  await page.evaluate(() => {
    const clock = performance.now;
    performance.now = () => {
      performance.now = clock;
      throw new Error("the clock has stopped");
    };
  });
  await press(page, "Play");
  const overlay = page.getByRole("alertdialog", { name: "Synod has stopped" });
  await overlay.waitFor();
  assert.equal(await overlay.count(), 1);
  assert.match(await overlay.locator("pre").innerText(), /the clock has stopped/);
  await shot(page, "crash");
  const link = await overlay.getByRole("link", { name: "Link to this run" }).getAttribute("href");
  const again = await open(shared.browser, { path: link });
  await tab(again, "History");
  await again.locator(".acts").getByText(/crash S3/i).waitFor();
  await again.finish();
  page.troubles.length = 0;
  await overlay.getByRole("link", { name: "Start again" }).click();
  await page.locator(".head.lead").waitFor({ state: "attached", timeout: 20_000 });
  await page.finish();
});
