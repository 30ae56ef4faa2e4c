// Ten thousand random acts: clicks on anything that can be clicked, keys, fields, scrolls. The page lives.

import assert from "node:assert/strict";
import { test } from "node:test";
import { open, sharedBrowser, shot } from "./harness.mjs";

const shared = sharedBrowser();
const ACTS = 10_000;
const BATCH = 250;
// Another one by SYNOD_SEED.
const SEED = Number(process.env.SYNOD_SEED ?? 20_141);

/** Does so many random acts inside the page; numbers are drawn from the seed (mulberry32). */
function monkey({ acts, seed }) {
  let state = seed;
  const draw = (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
  const one = (list) => list[draw(list.length)];
  const keys = [" ", "ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown", "Enter", "Escape", "]", "[", "r", ".", ",", "+", "-",
    "n", "p", "End", "g", "?", "z", "x", "q", "1", "9", "Tab", "Home", "é", "Dead"];
  const texts = ["x=1", "", "x?", "ÿ", "a b c", "9".repeat(40), "<b>", "role", "-1", "1.5", "NaN"];
  // What leaves the page or asks the browser for something is not the page's own.
  const leaves = /^(outside|copy|download|file)/;
  for (let act = 0; act < acts; act++) {
    const elements = [...document.querySelectorAll("[data-act], [data-event], .lane-hit, summary, dialog")]
      .filter((element) => !leaves.test(element.dataset.act ?? ""));
    const fields = [...document.querySelectorAll("input, select")].filter(({ type }) => type !== "file");
    const kind = draw(10);
    if (kind < 6 && elements.length > 0) {
      const element = one(elements);
      const { x, y } = element.getBoundingClientRect();
      const where = { bubbles: true, cancelable: true, clientX: x + 2, clientY: y + 2, shiftKey: draw(9) === 0 };
      element.dispatchEvent(new PointerEvent("pointerover", where));
      element.dispatchEvent(new MouseEvent(draw(12) === 0 ? "contextmenu" : "click", where));
    } else if (kind < 8) {
      const target = draw(3) === 0 ? document.querySelector(".stage") ?? document.body : document.body;
      const key = { key: one(keys), bubbles: true, cancelable: true, shiftKey: draw(5) === 0, ctrlKey: draw(8) === 0 };
      target.dispatchEvent(new KeyboardEvent("keydown", key));
    } else if (kind < 9 && fields.length > 0) {
      const field = one(fields);
      if (field.tagName === "SELECT") field.selectedIndex = draw(field.options.length || 1);
      else if (field.type === "checkbox") field.checked = !field.checked;
      else field.value = field.type === "range" ? String(draw(Number(field.max) || 100)) : one(texts);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    } else {
      const stage = document.querySelector(".stage");
      if (stage) stage.scrollTop = draw(3000);
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
