// What somebody does with a mouse, a finger or a keyboard alone: one set of gestures each, so that the same
// acts can be tried with all three.

import assert from "node:assert/strict";
import { PHONE } from "./harness.mjs";

/** A spot on an arrow of a class that nothing covers. */
export const spotOnArrow = (page, kind = "") =>
  page.evaluate((kind) => {
    for (const path of document.querySelectorAll(`.stage .arrow${kind} > .hit`)) {
      const at = path.getPointAtLength(path.getTotalLength() * 0.3).matrixTransform(path.getScreenCTM());
      const arrow = document.elementFromPoint(at.x, at.y)?.closest(".arrow");
      if (arrow && arrow === path.parentElement) return { x: at.x, y: at.y };
    }
    throw new Error(`no arrow${kind} can be pointed at`);
  }, kind);

/** A spot on a lane that nothing covers, in the past. */
export const spotOnLane = (page, name) =>
  page.evaluate((name) => {
    const now = document.querySelector(".stage .now").getBoundingClientRect().top;
    for (const lane of document.querySelectorAll(`.lane-hit[data-lane=${name}]`)) {
      const { x, y, width, bottom } = lane.getBoundingClientRect();
      for (let at = y + 30; at < Math.min(bottom, now - 30); at += 5) {
        const spot = { x: x + width / 2, y: at };
        if (document.elementFromPoint(spot.x, spot.y) === lane) return spot;
      }
    }
    throw new Error("the lane cannot be pointed at");
  }, name);

export const head = (page, lane) => page.locator(`.head[data-lane=${lane}]`);

/**
 * What points: `on` presses something, `at` a spot of the window. It uses controls, chooses items, opens the menu of
 * an arrow, of a lane in the past or of a node; what has a key, it does by that or by the control.
 */
const pointer = (page, on, at) => ({
  use: on,
  item: on,
  either: (_, control) => on(control),
  arrow: async (kind) => at(await spotOnArrow(page, kind)),
  lane: async (name) => at(await spotOnLane(page, name)),
  node: (name) => on(head(page, name)),
  leave: () => on(page.locator(".top h1")),
  async seek(share) {
    const { x, y, width, height } = await page.getByRole("slider", { name: "Timeline" }).boundingBox();
    await at({ x: x + width * share, y: y + height / 2 });
  },
});

/** Nothing but keys: what is not reached by them fails. */
function keyboard(page) {
  const press = (key) => page.keyboard.press(key);
  /** Presses a key until something is so. */
  const until = async (key, is) => {
    for (let times = 0; !(await is()); times++) {
      assert.ok(times < 150, `${key} does not lead there`);
      await press(key);
    }
  };
  const focused = (element) => element === document.activeElement;
  /** The key that leads to an element, if the focus is not there yet. */
  const way = (element) => {
    const from = document.activeElement;
    if (from === element) return null;
    return from.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING ? "Shift+Tab" : "Tab";
  };
  const to = async (control) => {
    const key = await control.evaluate(way);
    if (key) await until(key, () => control.evaluate(focused));
  };
  const stage = () => to(page.locator(".stage"));
  const menu = async () => {
    await press("Enter");
    await page.getByRole("menu").waitFor();
  };
  const hand = {
    press,
    focus: to,
    either: press,
    async use(control) {
      await to(control);
      await press("Enter");
    },
    async item(item) {
      await until("ArrowDown", () => item.evaluate(focused));
      await press("Enter");
    },
    async arrow(kind) {
      await stage();
      await press("Escape");
      await until("p", () => page.locator(`.stage .arrow${kind}.picked`).count());
      await menu();
    },
    async lane(name) {
      await stage();
      await press("Escape");
      const at = page.locator(".panel.event .fields > :first-child").getByText(new RegExp(`^at\\s*${name}$`));
      await until("ArrowUp", () => at.count());
      await menu();
    },
    async node(name) {
      await to(head(page, name));
      await menu();
    },
    leave: () => press("Escape"),
    async seek() {
      await to(page.getByRole("slider", { name: "Timeline" }));
      await press("Home");
    },
  };
  return hand;
}

/** Each with the options of the page that it is used on. */
export const HANDS = {
  mouse: { options: {}, on: (page) => pointer(page, (control) => control.click(), ({ x, y }) => page.mouse.click(x, y)) },
  touch: {
    options: { viewport: PHONE, touch: true, mobile: true },
    on: (page) => pointer(page, (control) => control.tap(), ({ x, y }) => page.touchscreen.tap(x, y)),
  },
  keyboard: { options: {}, on: keyboard },
};
