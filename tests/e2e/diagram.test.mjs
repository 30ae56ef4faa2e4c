// What the diagram shows of single acts: a copy that arrives, time stretched, cuts drawn in the past, the numbers of
// held messages, and which node times out next.

import assert from "node:assert/strict";
import { test } from "node:test";
import { spotOnArrow, spotOnLane } from "./hands.mjs";
import { PHONE, digest, item, openElected, press, sharedBrowser, shot, tab } from "./harness.mjs";

const shared = sharedBrowser();

const elected = (options) => openElected(shared.browser, options);

/** Back to a moment with so many messages under way. */
async function backToFlights(page, count) {
  while ((await page.locator(".stage .arrow.in-flight").count()) < count) await page.keyboard.press("ArrowLeft");
}

const follower = (page, at = 0) => page.locator(".head:not(.client, .lead)").nth(at);
const acts = (page) => page.locator(".acts li");

test("a message is duplicated: its copy arrives, too", async () => {
  const page = await elected();
  const { x, y } = await spotOnArrow(page);
  await page.mouse.click(x, y);
  await item(page, /^Duplicate it/).click();
  await tab(page, "History");
  await acts(page).getByText(/^duplicate .+ from S/).waitFor();
  assert.equal(await page.locator(".stage .arrow.copy > .way").count(), 1);
  await press(page, "Play");
  await page.locator(".stage .arrow.copy:not(.in-flight) > .way").waitFor({ state: "attached" });
  await page.finish();
});

test("time is stretched and compressed by buttons and keys, and the present stays in view", async () => {
  const page = await elected();
  const height = async () => {
    const [now, stage] = [page.locator(".stage .now"), page.locator(".stage")];
    const [line, view] = [await now.boundingBox(), await stage.boundingBox()];
    assert.ok(line.y > view.y && line.y < view.y + view.height, "the present is in view");
    return now.evaluate((now) => Number.parseInt(now.style.top, 10));
  };
  const changes = async (act, is) => {
    const before = await height();
    await act();
    await page.waitForFunction((before) => Number.parseInt(document.querySelector(".stage .now").style.top, 10) !== before, before);
    assert.ok(is((await height()) / before));
  };
  const [wider, narrower] = [(ratio) => ratio > 1.2, (ratio) => ratio < 0.85];
  await changes(() => press(page, "Stretch time (+)"), wider);
  await changes(() => page.keyboard.press("+"), wider);
  await changes(() => press(page, "Compress time (−)"), narrower);
  await changes(() => page.keyboard.press("-"), narrower);
  await page.finish();
});

test("a cut drawn across the lanes happens at the instant where it was drawn", async () => {
  const page = await elected();
  const [from, to] = [await spotOnLane(page, "S1"), await spotOnLane(page, "S3")];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  const note = await page.locator(".drag-note").innerText();
  assert.match(note, /^cut S1 to S3 at [\d.]+ m?s$/);
  await page.mouse.up();
  await page.getByText("history branches here").waitFor();
  await tab(page, "History");
  const row = await acts(page).first().innerText();
  assert.ok(row.includes(note.split(" at ")[1]), `${row}: ${note}`);
  await page.keyboard.press("v");
  await page.locator(".ring-link.cut").waitFor({ state: "attached" });
  await page.finish();
});

/** Stops at a moment with messages under way, and holds them. */
async function holding(options) {
  const page = await elected(options);
  await backToFlights(page, 4);
  await tab(page, "Setup");
  await press(page, "Hold all messages");
  await tab(page, "Run");
  return page;
}

test("held messages have their numbers on the diagram, and are delivered by them", async () => {
  const page = await holding();
  const rows = page.locator(".waiting li");
  const badges = page.locator(".stage .held .kind");
  const count = await rows.count();
  const numbers = Array.from({ length: count }, (_, i) => `${i + 1}`);
  assert.deepEqual(await badges.allInnerTexts(), numbers);
  await shot(page, "held");
  const event = await badges.nth(1).getAttribute("data-event");
  await page.keyboard.press("2");
  const gone = (event) => !document.querySelector(`.held [data-event='${event}']`);
  await page.waitForFunction(gone, event);
  const first = await badges.first().getAttribute("data-event");
  await badges.first().click();
  await page.waitForFunction(gone, first);
  await tab(page, "History");
  assert.equal(await acts(page).getByText(/^deliver /).count(), 2);
  await page.finish();
});

test("held numbers in the dark, and on a phone", async () => {
  for (const [name, options] of [
    ["held-dark", { colorScheme: "dark" }],
    ["held-phone", { viewport: PHONE, touch: true }],
  ]) {
    const page = await holding(options);
    await page.locator(".stage .held .kind").first().waitFor();
    await shot(page, name);
    await page.finish();
  }
});

test("a node is made the next to time out, and timers are aligned, each taken back as one act", async () => {
  const page = await elected();
  const before = await digest(page);
  await tab(page, "History");
  const next = item(page, /^Let its election timer be next$/);
  for (let at = 0; (await next.count()) === 0; at++) {
    await page.keyboard.press("Escape");
    await follower(page, at).click();
    await item(page, /^Crash/).waitFor();
  }
  await next.click();
  await acts(page).getByText(/^postpone S\d election/).waitFor();
  await page.keyboard.press("Control+z");
  await acts(page).first().waitFor({ state: "detached" });
  await follower(page).click();
  await item(page, /^Align election timers$/).click();
  await acts(page).nth(2).waitFor();
  await page.keyboard.press("Control+z");
  await acts(page).first().waitFor({ state: "detached" });
  assert.equal(await digest(page), before);
  await page.finish();
});
