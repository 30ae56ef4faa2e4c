// What somebody needs who has never seen the page: a legend, a stage that stands still, and the way to another run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PHONE, digest, now, open, press, sharedBrowser, shot, tab } from "./harness.mjs";

const shared = sharedBrowser();

const standing = async (options) => {
  const page = await open(shared.browser, options);
  await page.locator(".app[data-digest]").waitFor();
  return page;
};

test("the legend is one click from the diagram, and speaks the protocol's words", async () => {
  for (const [protocol, names] of [["raft", ["Candidate (C)", "RequestVote", "term"]], ["paxos", ["Proposing (2)", "Prepare, Promise", "ballot"]]]) {
    const page = await standing({ path: `?protocol=${protocol}&autoplay=0` });
    await press(page, "Legend");
    const legend = page.getByRole("dialog", { name: "Legend" });
    for (const name of names) assert.ok((await legend.innerText()).includes(name), name);
    const unseen = await legend.locator(".synod").evaluateAll((samples) => samples.filter((sample) => !sample.querySelector("[d], rect, circle").getBoundingClientRect().width).length);
    assert.equal(unseen, 0, "every sample is drawn");
    await shot(page, `legend-${protocol}`);
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("button", { name: "Legend: lines, colours, marks" }).click();
    await legend.waitFor();
    await page.finish();
  }
});

test("while a run begins, neither lanes nor the stage's height jump", async () => {
  const page = await open(shared.browser, { before: watch });
  await page.locator(".head.lead").waitFor({ timeout: 20_000 });
  await page.waitForFunction(() => document.querySelector(".stage").scrollHeight > document.querySelector(".stage").clientHeight + 40, undefined, { timeout: 30_000 });
  const seen = await page.evaluate(() => [...window.seen]);
  assert.equal(seen.length, 1, seen.join("; "));
  await page.finish();

  /** Notes each size that the stage takes; runs in the page. */
  function watch() {
    window.seen = new Set();
    const look = () => {
      const stage = document.querySelector(".app[data-steps] .stage");
      if (stage && document.querySelectorAll(".head").length > 1) window.seen.add(`${stage.clientWidth} × ${stage.clientHeight}`);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }
});

test("another tab begins at its top, and another situation with its story", async () => {
  const page = await standing({ path: "?scenario=raft-leader-crash&autoplay=0" });
  const side = page.locator(".side");
  await tab(page, "Rules");
  await side.evaluate((side) => side.scrollTo(0, 400));
  await tab(page, "Setup");
  assert.equal(await side.evaluate((side) => side.scrollTop), 0);
  await page.keyboard.press("g");
  await page.locator("a.entry").nth(3).click();
  await page.locator(".story").waitFor();
  await page.finish();
});

test("what is asked for right behind a dialog that closes is opened, and stays", async () => {
  const page = await open(shared.browser);
  for (const [first, next, title] of [["g", "?", "Keys"], ["?", "g", "Gallery"], ["?", "?", "Keys"]]) {
    await page.locator(".stage").focus();
    await page.keyboard.press(first);
    await page.getByRole("dialog").waitFor();
    // The browser closes a dialog at once, and says so only when it comes to it: a key may come before.
    await page.evaluate((key) => {
      document.querySelector("dialog").close();
      document.querySelector(".stage").dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }, next);
    await page.getByRole("dialog", { name: title }).waitFor();
    await page.waitForTimeout(200);
    assert.ok(await page.getByRole("dialog", { name: title }).isVisible(), `${next} behind ${first}`);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
  await page.finish();
});

test("the gallery opens at the run's protocol, and is searched", async () => {
  const page = await standing({ path: "?protocol=raft&autoplay=0" });
  await page.getByRole("combobox", { name: "Protocol" }).selectOption("paxos");
  await page.waitForURL(/protocol=paxos/);
  await page.keyboard.press("g");
  const headings = page.locator(".gallery h3 span");
  assert.equal(await headings.first().innerText(), "Paxos");
  const all = await page.locator("a.entry").count();
  await page.getByRole("searchbox", { name: "Find a situation" }).fill("figure 8");
  await page.waitForFunction((all) => document.querySelectorAll("a.entry").length < all, all);
  assert.match(await page.locator("a.entry").first().innerText(), /Figure 8/);
  await shot(page, "gallery-found");
  await page.locator(".finder").getByRole("button", { name: "Paxos" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".gallery h3").length === 1);
  await page.locator(".finder").getByRole("button", { name: "Paxos" }).click();
  await page.waitForFunction((all) => document.querySelectorAll("a.entry").length === all, all);
  await page.finish();
});

test("Enter sends the request that was written, and what cannot be one is refused in plain words", async () => {
  const page = await standing({ path: "?protocol=raft&seed=4&autoplay=0" });
  const field = page.locator(".operation input");
  const before = await digest(page);
  await field.fill("x = = 5");
  await field.press("Enter");
  const refusal = page.locator(".notice.bad");
  await refusal.waitFor();
  assert.doesNotMatch(await refusal.innerText(), /commands\[/);
  await field.fill("x=7");
  await field.press("Enter");
  await page.waitForFunction((before) => document.querySelector(".app").dataset.digest !== before, before);
  await tab(page, "History");
  assert.match(await page.locator(".side").innerText(), /x=7/);
  await tab(page, "Setup");
  await page.getByRole("spinbutton", { name: "Requests each" }).fill("-1");
  await page.keyboard.press("Tab");
  await page.getByText('"-1" does not fit. Write a whole number from 0').waitFor();
  await page.finish();
});

test("the cards keep their height whatever their nodes become", async () => {
  const page = await standing({ path: "?protocol=raft&seed=4&autoplay=0" });
  const heights = () => page.locator(".card").evaluateAll((cards) => cards.map((card) => card.offsetHeight));
  const before = await heights();
  await press(page, "Cut off S1");
  await page.getByRole("button", { name: "Rejoin S1" }).waitFor();
  assert.deepEqual(await heights(), before);
  while (!(await page.locator(".card.contend").count())) await page.keyboard.press("ArrowRight");
  assert.deepEqual(await heights(), before);
  await page.finish();
});

test("what is said of a node that is cut off is not cut itself", async () => {
  const page = await open(shared.browser, { path: "?scenario=raft-figure-8-broken&t=60s&autoplay=0&view=both" });
  await page.locator(".card .apart").waitFor();
  const said = await page.locator(".card .epoch").evaluateAll((words) => words.map((word) => [word.textContent, word.scrollWidth > word.clientWidth]));
  assert.deepEqual(said, [["term 4", false], ["term 4", false], ["t3", false]]);
  const heads = await page.locator(".head .epoch").evaluateAll((words) => {
    const stage = document.querySelector(".stage");
    const right = stage.getBoundingClientRect().left + stage.clientWidth;
    return words.map((word) => [word.textContent, Math.floor(word.getBoundingClientRect().right) <= right]);
  });
  assert.deepEqual(heads, [["term 4", true], ["term 4", true], ["t3 cut off", true]]);
  await page.finish();
});

test("a menu closes when the window takes another size, and the ring has no time to stretch", async () => {
  const page = await standing({ path: "?scenario=raft-leader-crash&t=400ms&autoplay=0" });
  await page.locator(".head").nth(1).click();
  await page.locator(".menu").waitFor();
  await page.setViewportSize({ width: 1200, height: 800 });
  await page.locator(".menu").waitFor({ state: "detached" });
  const steps = await now(page);
  for (const isRing of [false, true]) {
    await press(page, "Look");
    assert.equal(await page.getByRole("button", { name: "Stretch time (+)" }).isDisabled(), isRing);
  }
  assert.equal(await now(page), steps);
  await page.finish();
});

test("on a phone a fall leaves the heads to be seen beside an open panel, and what zooms is large enough", async () => {
  const page = await standing({ viewport: PHONE, path: "?scenario=raft-figure-8-broken&t=10s" });
  await page.locator(".banner").waitFor();
  await tab(page, "Run");
  const box = (selector) => page.locator(selector).boundingBox();
  const [banner, heads] = [await box(".over"), await box(".stage-heads")];
  assert.ok(banner.y >= heads.y + heads.height, "it stands below the heads");
  assert.ok(banner.height <= 190, `the banner is ${banner.height} px high`);
  for (const button of await page.locator(".zoom .button").all()) {
    const { width, height } = await button.boundingBox();
    assert.ok(width >= 36 && height >= 36, `${width} by ${height}`);
  }
  await shot(page, "fall-phone-panel");
  await page.finish();
});

test("where the system sets the colours, the timeline, the tab and a broken rule are still told apart", async () => {
  const page = await standing({ path: "?scenario=raft-figure-8-broken&t=10s" });
  await page.emulateMedia({ forcedColors: "active" });
  const style = (selector, name, part) =>
    page.locator(selector).first().evaluate((element, [name, part]) => getComputedStyle(element, part)[name], [name, part]);
  assert.notEqual(await style(".track .past", "backgroundColor"), await style(".track", "backgroundColor"));
  assert.notEqual(await style(".tab[data-open=maybe]", "borderBottomColor"), await style(".tab[data-open=false]", "borderBottomColor"));
  await shot(page, "forced");
  await tab(page, "Rules");
  assert.notEqual(await style(".switch[aria-checked=true]", "backgroundColor"), await style(".switch[aria-checked=false]", "backgroundColor"));
  await shot(page, "forced-rules");
  await page.finish();
});
