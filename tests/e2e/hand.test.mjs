// What hands do to the page that is neither a plain click nor a plain key: where the focus goes, presses that end
// elsewhere, fingers that are held, two at once, zooming by wheel and fingers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PHONE, item, now, openElected, press, sharedBrowser, shot, tab } from "./harness.mjs";

const shared = sharedBrowser();

const elected = (options) => openElected(shared.browser, options);

const head = (page, lane) => page.locator(`.head[data-lane=${lane}]`);
const hasFocus = (locator) => locator.evaluate((element) => element === document.activeElement);

const middle = async (locator) => {
  const box = await locator.boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

/** Fingers on the glass: each of the lists is where they are at a time. */
async function fingers(page, steps, { rest = 0 } = {}) {
  const cdp = await page.context().newCDPSession(page);
  const touch = (type, touchPoints) => cdp.send("Input.dispatchTouchEvent", { type, touchPoints });
  for (const [at, points] of steps.entries()) {
    const more = points.length > (steps[at - 1]?.length ?? 0);
    await touch(more ? "touchStart" : "touchMove", points.map((point, id) => ({ ...point, id })));
    // A browser makes one of several moves in the same frame.
    await page.waitForTimeout(at === 0 ? rest : 20);
  }
  await touch("touchEnd", []);
}

/** From one place to another, step by step. */
const way = (from, to, count = 8) =>
  Array.from({ length: count + 1 }, (_, step) => {
    const part = (a, b) => a + ((b - a) * step) / count;
    return { x: part(from.x, to.x), y: part(from.y, to.y) };
  });

/** A spot on something of the diagram that nothing covers. */
const spotOn = (page, selector) =>
  page.evaluate((selector) => {
    for (const found of document.querySelectorAll(selector)) {
      const { x, y, width, height } = found.getBoundingClientRect();
      for (let at = 0.1; at < 0.9; at += 0.05) {
        const spot = found.getPointAtLength
          ? found.getPointAtLength(found.getTotalLength() * at).matrixTransform(found.getScreenCTM())
          : { x: x + width / 2, y: y + height * at };
        const there = spot.y > 150 && document.elementFromPoint(spot.x, spot.y)?.closest(".arrow, .lane-hit");
        if (there && there.contains(found)) return { x: spot.x, y: spot.y };
      }
    }
    throw new Error(`${selector} cannot be pointed at`);
  }, selector);

const ARROW = ".stage .arrow > .hit";

test("a text is selected in a dialog though the mouse is let go outside", async () => {
  const page = await elected();
  await page.keyboard.press("s");
  const from = await middle(page.locator("dialog .about").first());
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(20, from.y, { steps: 4 });
  await page.mouse.up();
  assert.equal(await page.locator("dialog").count(), 1);
  await page.mouse.click(20, from.y);
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.finish();
});

test("a menu opened by key stands beside what it is about, has the focus, and gives it back", async () => {
  const page = await elected({ path: "?view=both" });
  for (const opener of [head(page, "S2"), page.locator(".ring-node").nth(2)]) {
    await opener.focus();
    await page.keyboard.press("Enter");
    await page.locator(".menu").waitFor();
    const [menu, at] = [await page.locator(".menu").boundingBox(), await middle(opener)];
    const { x, y, width, height } = menu;
    const apart = Math.max(x - at.x, at.x - x - width, y - at.y, at.y - y - height);
    assert.ok(apart < 30, `the menu is ${apart} px away`);
    assert.ok(await hasFocus(page.getByRole("menuitem").first()));
    await page.keyboard.press("Escape");
    await page.locator(".menu").waitFor({ state: "detached" });
    assert.ok(await hasFocus(opener), "the focus returns");
  }
  await page.finish();
});

test("a drag by mouse leaves no box around a node of the ring", async () => {
  const page = await elected({ path: "?view=cluster" });
  const [from, to] = [page.locator(".ring-node").nth(0), page.locator(".ring-node").nth(2)];
  await from.hover();
  await page.mouse.down();
  await to.hover();
  await page.mouse.up();
  await page.locator(".ring-link.cut").waitFor({ state: "attached" });
  assert.ok(await hasFocus(from));
  assert.equal(await from.evaluate((node) => getComputedStyle(node).outlineStyle), "none");
  await page.finish();
});

test("a dialog gives the focus back however it is closed", async () => {
  const page = await elected();
  const opener = page.getByRole("button", { name: "Share", exact: true });
  await opener.focus();
  await page.keyboard.press("Enter");
  await page.locator("dialog").getByRole("button", { name: "Close" }).press("Enter");
  await page.locator("dialog").waitFor({ state: "detached" });
  assert.ok(await hasFocus(opener), "by its button");
  await head(page, "S2").focus();
  await page.keyboard.press("Enter");
  await item(page, "Partition…").press("Enter");
  await page.locator("dialog").getByRole("button", { name: "Partition", exact: true }).press("Enter");
  await page.locator("dialog").waitFor({ state: "detached" });
  assert.ok(await hasFocus(head(page, "S2")), "by what was done in it");
  await page.finish();
});

test("a bad file is refused as often as it is chosen, and the run behind it stands", async () => {
  const page = await elected();
  const file = { name: "bad.json", mimeType: "application/json", buffer: Buffer.from("{") };
  const before = await now(page);
  await page.keyboard.press("g");
  await page.locator("dialog input[type=file]").setInputFiles(file);
  await page.locator(".bad-file").waitFor();
  assert.ok(await hasFocus(page.locator("dialog button").first()));
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("ArrowLeft");
  assert.equal(await now(page), before);
  assert.equal(await page.locator("dialog input[type=file]").evaluate((field) => field.files.length), 0);
  await page.finish();
});

test("Enter means something right after a drag", async () => {
  const page = await elected({ viewport: PHONE, touch: true });
  const [from, to] = [await middle(head(page, "S1")), await middle(head(page, "S3"))];
  await fingers(page, way(from, { ...to, x: to.x + 12 }).map((at) => [at]));
  await head(page, "S2").press("Enter");
  await page.locator(".menu").waitFor();
  await page.finish();
});

test("Space plays after a click, and presses what was come to by key", async () => {
  const page = await openElected(shared.browser);
  await tab(page, "Rules");
  await page.getByRole("switch").first().click();
  const broken = page.locator(".switch[aria-checked=false]");
  await broken.waitFor();
  const offers = (name) => page.locator(".bottom").getByRole("button", { name, exact: true }).waitFor();
  const plays = async () => {
    await offers("Play");
    await page.keyboard.press("Space");
    await offers("Pause");
    await page.keyboard.press("Space");
    await offers("Play");
  };
  await plays();
  // The slider of the timeline has the focus after a click, and no use for Space.
  const { x, y } = await middle(page.getByLabel("Timeline"));
  await page.mouse.click(x, y);
  await plays();
  assert.equal(await broken.count(), 1, "the rule was not clicked again");
  await broken.focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Space");
  await broken.waitFor({ state: "detached" });
  await page.finish();
});

test("a link that could not be copied stays to be copied by hand", async () => {
  const before = () => {
    let copies = 0;
    navigator.clipboard.writeText = () => (copies++ === 0 ? Promise.resolve() : Promise.reject(new Error("no")));
  };
  const page = await elected({ before });
  await page.keyboard.press("c");
  await page.getByText("Link copied").waitFor();
  await page.keyboard.press("c");
  const field = page.getByRole("textbox", { name: "Link", exact: true });
  await field.waitFor();
  await page.waitForTimeout(2_800);
  assert.match(await field.inputValue(), /#v1:/);
  await page.finish();
});

test("a number half typed outlives another size of the window", async () => {
  const page = await elected();
  await tab(page, "Setup");
  const field = page.getByRole("spinbutton", { name: "Nodes" });
  await field.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("3");
  await page.setViewportSize({ width: 1300, height: 700 });
  await page.waitForTimeout(200);
  assert.equal(await field.inputValue(), "3");
  await page.finish();
});

test("a lane is moved by a finger without letting go of the present", async () => {
  const page = await elected({ viewport: PHONE, touch: true });
  await press(page, "Play");
  const [from, to] = [await middle(head(page, "S1")), await middle(head(page, "S3"))];
  await fingers(page, way(from, { ...to, x: to.x + 12 }).map((at) => [at]));
  await page.waitForTimeout(500);
  assert.equal(await page.getByRole("button", { name: /Back to now/ }).count(), 0);
  await page.finish();
});

test("a second finger ends a drag, and moves no other lane", async () => {
  const page = await elected({ viewport: PHONE, touch: true });
  const [one, other, to] = [await middle(head(page, "S1")), await middle(head(page, "S4")), await middle(head(page, "S5"))];
  const places = () => page.evaluate(() => [...document.querySelectorAll(".head")].map((head) => head.dataset.lane).join());
  const before = await places();
  const both = way(other, { ...to, x: to.x + 12 }).map((at) => [one, at]);
  await fingers(page, [[one], ...both]);
  assert.equal(await places(), before);
  await page.finish();
});

test("an arrow is delayed and a cut is drawn by a finger that was held", async () => {
  const page = await elected({ viewport: PHONE, touch: true });
  const arrow = await spotOn(page, ARROW);
  const later = { x: arrow.x, y: arrow.y + 120 };
  await fingers(page, way(arrow, later).map((at) => [at]), { rest: 600 });
  await page.getByText("history branches here").waitFor();
  assert.equal(await page.locator(".menu").count(), 0, "the menu of the long press gave way");
  await tab(page, "History");
  await page.locator(".acts").getByText(/^delay .+ from S/).waitFor();
  await tab(page, "History");
  const [from, to] = [await spotOn(page, ".lane-hit[data-lane=S2]"), await spotOn(page, ".lane-hit[data-lane=S4]")];
  await fingers(page, way(from, to).map((at) => [at]), { rest: 600 });
  await tab(page, "History");
  await page.locator(".acts").getByText(/^cut S2 to S4/).waitFor();
  await page.finish();
});

test("a finger that is held and lifted opens the menu, and one that moves at once scrolls", async () => {
  const page = await elected({ path: "?t=900ms", viewport: PHONE, touch: true });
  const scrolled = () => page.locator(".stage").evaluate((stage) => stage.scrollTop);
  const before = await scrolled();
  const arrow = await spotOn(page, ARROW);
  await fingers(page, way(arrow, { x: arrow.x, y: arrow.y + 150 }).map((at) => [at]));
  await page.waitForFunction((before) => document.querySelector(".stage").scrollTop < before - 50, before);
  assert.equal(await page.locator(".menu").count(), 0);
  await page.waitForTimeout(600);
  const other = await spotOn(page, ARROW);
  await fingers(page, [[other]], { rest: 600 });
  await item(page, /^Drop it/).waitFor();
  await shot(page, "menu-phone");
  await item(page, /^20 × as long/).tap();
  await page.getByText("history branches here").waitFor();
  await page.finish();
});

/** How tall the whole run is. */
const scale = (page) => page.locator(".stage-run").evaluate((run) => run.getBoundingClientRect().height);
/** Where the arrow of a message is. */
const heightOf = (page, event) =>
  page.evaluate((event) => document.querySelector(`.stage .arrow[data-event='${event}']`).getBoundingClientRect().top, event);

test("the wheel with Ctrl stretches time around the pointer, and the page stays as large as it is", async () => {
  const page = await elected({ path: "?t=900ms" });
  const spot = await spotOn(page, ARROW);
  const event = await page.evaluate(({ x, y }) => document.elementFromPoint(x, y).closest(".arrow").dataset.event, spot);
  const [tall, high, ratio] = [await scale(page), await heightOf(page, event), await page.evaluate(() => devicePixelRatio)];
  await page.mouse.move(spot.x, spot.y);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -120);
  await page.waitForFunction((tall) => document.querySelector(".stage-run").getBoundingClientRect().height > tall * 1.2, tall);
  assert.ok(Math.abs((await heightOf(page, event)) - high) < 40, "what was pointed at is where it was");
  await page.mouse.wheel(0, 120);
  await page.waitForFunction((tall) => Math.abs(document.querySelector(".stage-run").getBoundingClientRect().height - tall) < 5, tall);
  assert.ok(Math.abs((await heightOf(page, event)) - high) < 5);
  await page.keyboard.up("Control");
  assert.equal(await page.evaluate(() => devicePixelRatio), ratio);
  await page.finish();
});

test("two fingers stretch time, and the page stays as large as it is", async () => {
  const page = await elected({ path: "?t=900ms", viewport: PHONE, touch: true });
  const tall = await scale(page);
  const apart = [60, 80, 110, 150, 200].map((half) => [{ x: 200, y: 400 - half }, { x: 200, y: 400 + half }]);
  await fingers(page, apart);
  await page.waitForFunction((tall) => document.querySelector(".stage-run").getBoundingClientRect().height > tall * 1.2, tall);
  assert.equal(await page.evaluate(() => visualViewport.scale), 1);
  await page.finish();
});
