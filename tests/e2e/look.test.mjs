// What led to an event, and what the page says of it: by mouse, by key, by touch, and aloud.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PHONE, now, open, openElected, packed, press, sharedBrowser, shot, tab } from "./harness.mjs";

const shared = sharedBrowser();

/** The messages that stand out, by their sendings; nothing where the whole picture is as it always is. */
const lit = (page) =>
  page.evaluate(() => {
    if (!document.querySelector(".stage-run.cone")) return null;
    const found = [...document.querySelectorAll(".arrow.lit")].map(({ dataset }) => Number(dataset.event));
    return [...new Set(found)].sort((a, b) => a - b);
  });
const standsOut = (page) => page.locator(".stage-run.cone").waitFor({ state: "attached" });
const isPlain = (page) => page.locator(".stage-run:not(.cone)").waitFor({ state: "attached" });
/** A message in the middle of the view: its event, and where its line can be pointed at. */
const message = (page) =>
  page.evaluate(() => {
    for (const arrow of document.querySelectorAll(".stage .arrow[aria-label]")) {
      const way = arrow.querySelector("path.way");
      for (const share of [0.3, 0.5, 0.7]) {
        const point = way.getPointAtLength(way.getTotalLength() * share);
        const { x, y } = point.matrixTransform(way.getScreenCTM());
        const hit = document.elementFromPoint(x, y)?.closest(".arrow[data-event]");
        if (y > 250 && hit?.dataset.event === arrow.dataset.event) return { event: Number(arrow.dataset.event), x, y };
      }
    }
    throw new Error("there is no message in view");
  });
const PAXOS = "?scenario=paxos-happy-path&t=45ms&autoplay=0";
const standing = async (options) => {
  const page = await open(shared.browser, { path: PAXOS, ...options });
  await page.locator(".app[data-digest]").waitFor();
  await page.locator(".arrow[aria-label]").first().waitFor({ state: "attached" });
  return page;
};

test("what led to a message stands out, by mouse and by key alike", async () => {
  const page = await standing();
  const { event, x, y } = await message(page);
  assert.equal(await lit(page), null);
  await page.mouse.move(x, y);
  await standsOut(page);
  const byMouse = await lit(page);
  assert.ok(byMouse.includes(event));
  assert.ok(byMouse.length < (await page.locator(".stage .arrow.way, .stage g.arrow").count()), "not everything");
  await page.mouse.move(2, 2);
  await isPlain(page);
  await page.keyboard.press("n");
  while ((await page.locator(`.arrow.picked[data-event="${event}"]`).count()) === 0) await page.keyboard.press("n");
  await page.locator(".stage-run.cone.calm").waitFor({ state: "attached" });
  assert.deepEqual(await lit(page), byMouse);
  await shot(page, "look-picked");
  await page.keyboard.press("Escape");
  await isPlain(page);
  await page.finish();
});

test("what led to a message stands out where a finger touched it, until the run goes on", async () => {
  const page = await standing({ viewport: PHONE });
  const { event, x, y } = await message(page);
  await page.touchscreen.tap(x, y);
  await page.getByRole("menu").waitFor();
  await standsOut(page);
  assert.ok((await lit(page)).includes(event));
  await page.keyboard.press("Escape");
  await standsOut(page);
  await page.keyboard.press("ArrowRight");
  await isPlain(page);
  await page.finish();
});

test("a quorum lights exactly the messages that made it", async () => {
  const page = await standing();
  await tab(page, "Events");
  await page.getByRole("searchbox").fill("reaches the");
  const row = page.locator(".event-row").last();
  const [, names] = (await row.textContent()).match(/: (.*)$/);
  await row.click();
  await standsOut(page);
  const ways = await page.evaluate(() =>
    [...document.querySelectorAll(".arrow.lit[aria-label]")].map((arrow) => arrow.getAttribute("aria-label")),
  );
  const others = names.split(", ");
  assert.ok(ways.length > 0 && others.length - ways.length <= 1, `${names}: ${ways.join("; ")}`);
  const senders = ways.map((way) => others.find((name) => way.includes(`from ${name} `) || way.includes(`${name} to `)));
  assert.equal(new Set(senders).size, ways.length, `one from each: ${ways.join("; ")}`);
  assert.ok(!senders.includes(undefined), ways.join("; "));
  await page.finish();
});

const aloud = (page) => page.locator("[aria-live=polite]").textContent();

test("what is stepped to and walked to is said aloud, and a run that plays is not", async () => {
  const page = await openElected(shared.browser);
  await page.locator(".app[data-digest]").waitFor();
  const said = new Set();
  for (let i = 0; i < 4; i++) {
    const before = await now(page);
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction((before) => Number(document.querySelector(".app").dataset.steps) > before, before);
    said.add(await aloud(page));
  }
  assert.ok(said.size >= 3, [...said].join("\n"));
  assert.ok([...said].every((text) => /^[\d.]+ m?s: ./.test(text)), [...said].join("\n"));
  await page.locator(".stage").focus();
  await page.keyboard.press("ArrowUp");
  const picked = await aloud(page);
  await page.keyboard.press("ArrowUp");
  await page.waitForFunction((picked) => document.querySelector("[aria-live=polite]").textContent !== picked, picked);
  assert.match(await aloud(page), /^[\d.]+ m?s: /);
  await press(page, "Play");
  const changes = await page.evaluate(
    () =>
      new Promise((done) => {
        let count = 0;
        const region = document.querySelector("[aria-live=polite]");
        new MutationObserver((found) => (count += found.length)).observe(region, {
          childList: true,
          characterData: true,
          subtree: true,
        });
        setTimeout(() => done(count), 2000);
      }),
  );
  assert.ok(changes <= 3, `${changes} changes in two seconds`);
  await page.finish();
});

test("the ring is reached and touched by key", async () => {
  const page = await standing({ path: "?view=cluster&scenario=paxos-happy-path&t=12ms&autoplay=0" });
  const steps = await now(page);
  for (const part of [".ring-node[data-lane=P1]", ".ring-end[data-lane=C1]", ".ring-message"]) {
    for (const key of ["Enter", "Space"]) {
      await page.locator(`.ring ${part}`).first().focus();
      await page.keyboard.press(key);
      await page.getByRole("menu").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("menu").waitFor({ state: "detached" });
    }
  }
  assert.equal(await now(page), steps, "Space did not play the run");
  await page.finish();
});

test("in the ring a timer runs down between two steps", async () => {
  const page = await open(shared.browser, { path: "?view=cluster&t=100ms&autoplay=0" });
  const dash = () => page.locator(".ring-timer").first().getAttribute("stroke-dasharray");
  await page.locator(".app[data-digest] .ring-timer").first().waitFor();
  await page.locator(".speed select").selectOption({ index: 3 });
  const [steps, before] = [await now(page), await dash()];
  await press(page, "Play");
  await page.waitForFunction(
    (before) => document.querySelector(".ring-timer").getAttribute("stroke-dasharray") !== before,
    before,
  );
  await press(page, "Pause");
  assert.equal(await now(page), steps);
  assert.ok(parseInt(await dash()) < parseInt(before), `${before} becomes ${await dash()}`);
  await page.finish();
});

test("what an invariant demands, and what a parameter means, needs no pointer", async () => {
  const page = await standing();
  const invariant = page.locator(".checks details").first();
  const demands = invariant.locator(".about");
  assert.equal(await demands.isVisible(), false);
  await invariant.locator("summary").focus();
  await page.keyboard.press("Enter");
  await demands.waitFor();
  assert.ok((await demands.textContent()).length > 20 && (await invariant.locator("cite").isVisible()));
  await tab(page, "Setup");
  const slowest = page.locator(".row", { has: page.getByLabel("Slowest", { exact: true }) });
  assert.equal(await slowest.locator(".means").isVisible(), true);
  await page.finish();
});

test("the list of events goes on to the beginning", async () => {
  const page = await standing({ path: "?scenario=raft-leader-crash&t=3s&autoplay=0" });
  await tab(page, "Events");
  const rows = page.locator(".event-row");
  const first = await rows.first().textContent();
  const more = page.getByRole("button", { name: "Show earlier events" });
  let pages = 1;
  for (; await more.isVisible(); pages++) {
    const newest = await rows.first().textContent();
    await more.click();
    await page.waitForFunction((newest) => document.querySelector(".event-row").textContent !== newest, newest);
    assert.ok(pages < 50, "it comes to an end");
  }
  assert.ok(pages > 1, "there was more than one page");
  assert.match(await rows.last().textContent(), /^0/);
  await press(page, "Back to the newest");
  await more.waitFor();
  assert.equal(await rows.first().textContent(), first);
  await more.click();
  await page.getByRole("button", { name: "Back to the newest" }).waitFor();
  await page.getByLabel("index").fill("1");
  await page.waitForFunction(() => document.querySelectorAll(".event-row").length < 100);
  assert.ok((await rows.allTextContents()).some((text) => /index 1\b/.test(text)));
  assert.equal(await page.getByRole("button", { name: "Back to the newest" }).count(), 0);
  await page.finish();
});

test("one index is shown alone in the diagram and the list, and then all again", async () => {
  const page = await standing({ path: "?scenario=raft-replication&t=400ms&autoplay=0" });
  await tab(page, "Events");
  const index = page.getByLabel("index");
  const rows = () => page.locator(".event-row").allTextContents();
  const drawn = () => page.locator(".stage .arrow[aria-label]").evaluateAll((all) => all.map((it) => it.ariaLabel));
  const before = await rows();
  await index.fill("2");
  await page.getByText("Only index 2 is shown.").waitFor();
  await page.locator('.stage .arrow[aria-label*="Request(x=1)"]').first().waitFor();
  const story = /Request\(x=1\)|Reply\(1\)|prev 1\/1, 1 entry|prev 2\/1, heartbeat|match 2\)/;
  const arrows = await drawn();
  assert.ok(arrows.length >= 10 && arrows.every((label) => story.test(label)), arrows.join("\n"));
  const found = await rows();
  assert.ok(found.length > 20 && found.length < before.length);
  assert.ok(found.some((text) => /applies x=1 at index 2/.test(text)));
  assert.ok(!found.some((text) => /index [13]/.test(text)), found.join("\n"));
  await shot(page, "look-index");
  await index.fill("two");
  const refused = page.getByText('"two" is no index; write one like 4.');
  await refused.waitFor();
  await index.fill("2");
  await refused.waitFor({ state: "detached" });
  await press(page, "show all");
  await page.getByText("Only index 2 is shown.").waitFor({ state: "detached" });
  assert.equal(await index.inputValue(), "");
  assert.deepEqual(await rows(), before);
  await page.finish();
});

test("hidden heartbeats leave folds that say how many they were", async () => {
  const page = await standing({ path: "?scenario=raft-leader-crash&t=600ms&autoplay=0" });
  await tab(page, "Events");
  await page.getByText("What is shown").click();
  const heartbeats = page.locator(".filters").getByRole("button", { name: "heartbeats" });
  const tall = () => page.locator(".stage").evaluate((stage) => stage.scrollHeight);
  const before = await tall();
  assert.equal(await heartbeats.getAttribute("aria-pressed"), "true");
  await heartbeats.click();
  const counted = page.locator(".stage").getByText(/^\d+(\.\d+)? ms, \d+ messages$/);
  await counted.first().waitFor({ state: "attached" });
  assert.ok((await tall()) < before);
  await shot(page, "look-folds");
  await heartbeats.click();
  await counted.first().waitFor({ state: "detached" });
  assert.equal(await tall(), before);
  await page.finish();
});

test("what a scenario says is text in the diagram, whoever draws it", async () => {
  const act = { at_us: 400_000, do: { request: { op: `<b>=&"` } } };
  const scenario = { v: 1, protocol: "raft", seed: 1, cluster: [{ class: "server", count: 3 }], clients: { count: 1 }, commands: [act] };
  const page = await open(shared.browser, { path: `?t=410ms&autoplay=0${packed(scenario)}` });
  const label = page.locator(".stage text", { hasText: '<b>=&"' });
  const told = page.locator('.stage .arrow[aria-label*="<b>=&\\""]');
  await label.first().waitFor({ state: "attached" });
  await told.first().waitFor({ state: "attached" });
  // What stands out is drawn again, in another way.
  await page.keyboard.press("p");
  await page.locator(".stage .arrow.picked").first().waitFor({ state: "attached" });
  await label.first().waitFor({ state: "attached" });
  await told.first().waitFor({ state: "attached" });
  assert.equal(await page.locator(".stage .synod :is(b, [onload])").count(), 0);
  await page.finish();
});
