// Ten thousand random acts: clicks and taps on anything that can be touched, drags, keys, fields, scrolls. The page lives.

import assert from "node:assert/strict";
import { test } from "node:test";
import { open, sharedBrowser, shot } from "./harness.mjs";

const shared = sharedBrowser();
const ACTS = 10_000;
const BATCH = 250;
// Another one by SYNOD_SEED.
const SEED = Number(process.env.SYNOD_SEED ?? 20_141);

/** Does so many random acts inside the page; numbers are drawn from the seed (mulberry32). */
async function monkey({ acts, seed }) {
  let state = seed;
  const draw = (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
  const one = (list) => list[draw(list.length)];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const keys = [" ", "ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "Enter", "Escape", "]", "[", "r", ".", ",", "+", "-",
    "n", "p", "End", "g", "?", "z", "x", "q", "1", "9", "Tab", "Home", "é", "Dead"];
  const texts = ["x=1", "", "x?", "ÿ", "a b c", "9".repeat(40), "<b>", "role", "-1", "1.5", "NaN"];
  const grips = ".arrow[data-event], .mark[data-event], .lane-hit, .head, .member, .ring-node, .ring-end, .timeline input";
  // What leaves the page or asks the browser for something is not the page's own.
  const leaves = /^(outside|copy|download|file)/;
  const fire = (element, Kind, type, how) => element.dispatchEvent(new Kind(type, { bubbles: true, cancelable: true, ...how }));
  const on = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { clientX: x + draw(Math.ceil(width) + 1), clientY: y + draw(Math.ceil(height) + 1) };
  };
  const set = (field) => {
    if (field.tagName === "SELECT") field.selectedIndex = draw(field.options.length || 1);
    else if (field.type === "checkbox") field.checked = !field.checked;
    else field.value = field.type === "range" ? String(draw(Number(field.max) || 100)) : one(texts);
    fire(field, Event, "input");
  };
  const click = (element, how) => {
    const where = { ...on(element), shiftKey: draw(9) === 0 };
    if (how.pointerType === "touch") {
      fire(element, PointerEvent, "pointerdown", { ...how, ...where });
      fire(element, PointerEvent, draw(9) === 0 ? "pointercancel" : "pointerup", { ...how, ...where, buttons: 0 });
    } else fire(element, PointerEvent, "pointerover", where);
    fire(element, PointerEvent, draw(12) === 0 ? "contextmenu" : "click", { ...how, ...where, buttons: 0 });
  };
  /** From one thing over others; a finger stays with what it touched. The slider follows, and others are let go or lost. */
  const drag = (grip, how) => {
    fire(grip, PointerEvent, "pointerdown", { ...how, ...on(grip) });
    let [over, where] = [grip, {}];
    for (let moves = 1 + draw(4); moves > 0; moves--) {
      const to = one(all(`${grips}, .group, .stage, .side`));
      [over, where] = [how.pointerType === "touch" ? grip : to, on(to)];
      fire(over, PointerEvent, "pointermove", { ...how, ...where });
      if (grip.type === "range") set(grip);
    }
    fire(over, PointerEvent, draw(6) === 0 ? "pointercancel" : "pointerup", { ...how, ...where, buttons: 0 });
    if (draw(2) === 0) fire(over, PointerEvent, "click", { ...how, ...where, buttons: 0 });
  };
  for (let act = 0; act < acts; act++) {
    // The page is drawn in between, but not after every act: what has gone is acted upon as well.
    if (act % 10 === 9) await null;
    const elements = all("[data-act], [data-event], .lane-hit, summary, dialog").filter(({ dataset }) => !leaves.test(dataset.act ?? ""));
    const fields = all("input, select").filter(({ type }) => type !== "file");
    const how = { pointerType: draw(3) === 0 ? "touch" : "mouse", pointerId: 1, isPrimary: true, button: 0, buttons: 1 };
    const kind = draw(11);
    if (kind < 6 && elements.length > 0) click(one(elements), how);
    else if (kind === 10 && all(grips).length > 0) drag(one(all(grips)), how);
    else if (kind < 8) {
      const target = draw(3) === 0 ? document.querySelector(".stage") ?? document.body : document.body;
      fire(target, KeyboardEvent, "keydown", { key: one(keys), shiftKey: draw(5) === 0, ctrlKey: draw(8) === 0 });
    } else if (kind < 9 && fields.length > 0) {
      const field = one(fields);
      set(field);
      fire(field, Event, "change");
    } else {
      const stage = document.querySelector(".stage");
      if (!stage) continue;
      const touch = (identifier) => new Touch({ identifier, target: stage, ...on(stage) });
      if (draw(3) === 0) fire(stage, TouchEvent, "touchmove", { touches: [1, 2].slice(draw(2)).map(touch) });
      if (draw(3) === 0) fire(stage, WheelEvent, "wheel", { deltaY: draw(400) - 200, ctrlKey: draw(2) === 0, ...on(stage) });
      stage.scrollTop = draw(3000);
    }
  }
}

test("ten thousand random acts leave the page alive and without an error", async () => {
  const page = await open(shared.browser);
  await page.locator(".app[data-steps]").waitFor();
  for (let done = 0; done < ACTS; done += BATCH) {
    await page.evaluate(monkey, { acts: BATCH, seed: SEED + done });
    // Frames between the batches let the run play on.
    await page.waitForTimeout(20);
    assert.deepEqual(page.troubles, [], `after ${done + BATCH} acts from seed ${SEED + done}`);
    assert.equal(await page.locator(".crash-card").count(), 0, `it stopped within acts ${done} to ${done + BATCH}`);
  }
  await shot(page, "after-the-monkey");
  await page.goto(page.url().split(/[?#]/)[0] + "?scenario=raft-first-election&autoplay=0");
  await page.getByRole("button", { name: /Step forward/ }).click();
  await page.locator('.app[data-steps="2"]').waitFor();
  // Whoever leaves a page aborts what it was still loading.
  page.troubles = page.troubles.filter((trouble) => !trouble.includes("ERR_ABORTED"));
  await page.finish();
});
