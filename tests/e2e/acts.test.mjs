// Touching the run: menus on the diagram, undo, rules, settings, the list of events, the ring, themes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { spotOnArrow } from "./hands.mjs";
import { PHONE, digest, item, now, openElected, pause, press, sharedBrowser, shot, tab } from "./harness.mjs";

const shared = sharedBrowser();

const elected = (options) => openElected(shared.browser, options);

test("a message of the past is dropped from its arrow, and taken back", async () => {
  const page = await elected();
  const [steps, before] = [await now(page), await digest(page)];
  const { x, y } = await spotOnArrow(page);
  await page.mouse.click(x, y);
  await shot(page, "menu");
  await item(page, /^Drop it/).click();
  await page.getByText("history branches here").waitFor();
  assert.equal(await page.locator(".stage .arrow.lost").count(), 1, "the arrow ends in a cross");
  await tab(page, "History");
  await page.locator(".acts").getByText(/^drop .+ from S/).waitFor();
  assert.equal(await page.locator(".tree li").count(), 2, "the old line of history is in the tree");
  await page.keyboard.press("Control+z");
  await page.locator(".acts").waitFor({ state: "detached" });
  assert.deepEqual([await now(page), await digest(page)], [steps, before]);
  await page.keyboard.press("Control+Shift+z");
  await page.locator(".acts").waitFor();
  await page.getByRole("button", { name: "return", exact: true }).click();
  await page.locator(".acts").waitFor({ state: "detached" });
  await page.finish();
});

test("the diagram is walked and acted upon by keyboard alone", async () => {
  const page = await elected();
  await page.locator(".stage").focus();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await page.locator(".panel.event").waitFor();
  await page.keyboard.press("Enter");
  const focused = () => page.evaluate(() => document.activeElement.getAttribute("role"));
  assert.equal(await focused(), "menuitem");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), "menuitem");
  await page.keyboard.press("Escape");
  await page.locator(".menu").waitFor({ state: "detached" });
  assert.ok(await page.evaluate(() => document.activeElement.matches(".stage")), "the focus returns");
  await page.locator(".head").nth(1).focus();
  await page.keyboard.press("Enter");
  await item(page, /^Pause/).focus();
  await page.keyboard.press("Enter");
  await page.locator(".head.paused").waitFor();
  await page.finish();
});

test("a node is acted upon by touch, on a phone", async () => {
  const page = await elected({ viewport: PHONE, touch: true });
  await page.locator(".head").nth(2).tap();
  const menu = await page.locator(".menu").boundingBox();
  assert.ok(menu.x >= 0 && menu.x + menu.width <= PHONE.width && menu.y + menu.height <= PHONE.height);
  await item(page, /^Crash/).tap();
  await page.locator(".head.down").waitFor();
  await page.finish();
});

test("the other mouse button opens the same menus, and none where nothing is", async () => {
  const page = await elected();
  const { x, y } = await spotOnArrow(page);
  await page.mouse.click(x, y, { button: "right" });
  await item(page, /^Drop it/).waitFor();
  await page.locator(".head").nth(1).click({ button: "right" });
  await item(page, /^Pause/).waitFor();
  assert.equal(await item(page, /^Drop it/).count(), 0, "one menu at a time");
  await page.keyboard.press("Escape");
  await page.locator(".menu").waitFor({ state: "detached" });
  const kept = await page.evaluate(() => {
    const kept = (selector) => {
      const event = new MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX: 2, clientY: 300 });
      return !document.querySelector(selector).dispatchEvent(event);
    };
    return [kept(".head"), kept(".top"), kept(".stage")];
  });
  assert.deepEqual(kept, [true, false, false], "elsewhere the browser's own menu opens");
  await page.finish();
});

test("a long press opens the menu, on a phone", async () => {
  const page = await elected({ viewport: PHONE, touch: true });
  // Headless, no browser makes a menu of a long press by itself: these are the events that a phone sends.
  const press = (locator) =>
    locator.evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      const at = { clientX: x + width / 2, clientY: y + Math.min(height / 2, 60), bubbles: true, cancelable: true };
      const finger = { ...at, pointerId: 7, pointerType: "touch", isPrimary: true };
      element.dispatchEvent(new PointerEvent("pointerdown", { ...finger, button: 0, buttons: 1 }));
      const kept = !element.dispatchEvent(new PointerEvent("contextmenu", { ...finger, button: 0 }));
      element.dispatchEvent(new PointerEvent("pointercancel", finger));
      return kept;
    });
  assert.ok(await press(page.locator(".lane-hit").nth(3)), "the browser's own menu stays away");
  await page.locator(".menu").getByText("history branches there").waitFor();
  assert.ok(await press(page.locator(".head").nth(2)));
  await page.locator(".menu").getByText("history branches there").waitFor({ state: "detached" });
  await item(page, /^Crash/).tap();
  await page.locator(".head.down").waitFor();
  await page.finish();
});

test("a rule is broken, said so, shown elsewhere, and kept again", async () => {
  const page = await elected();
  const before = await digest(page);
  await tab(page, "Rules");
  const rule = page.locator(".rule-card").first();
  await rule.getByRole("switch").click();
  await page.locator(".notice").getByText("is broken").waitFor();
  await page.locator(".rule-card.is-broken").waitFor();
  assert.ok((await rule.locator(".shows a").count()) > 0, "a situation shows what may happen");
  assert.match(await rule.locator(".says").innerText(), /\w+ \w+/);
  await shot(page, "rules");
  await rule.getByRole("switch").click();
  await page.locator(".rule-card.is-broken").waitFor({ state: "detached" });
  await page.waitForFunction((before) => document.querySelector(".app").dataset.digest === before, before);
  await page.finish();
});

test("settings play the run again, and bad ones are refused", async () => {
  const page = await elected();
  await tab(page, "Setup");
  await page.getByRole("spinbutton", { name: "Nodes" }).fill("3");
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => document.querySelectorAll(".head:not(.client)").length === 3);
  await page.getByRole("combobox", { name: "From the start" }).selectOption("wan");
  await page.waitForFunction(() => document.querySelector(".app").dataset.digest);
  assert.equal(await page.getByRole("spinbutton", { name: "Fastest" }).inputValue(), "40");
  await page.getByRole("spinbutton", { name: "Nodes" }).fill("99");
  await page.keyboard.press("Tab");
  await page.locator(".notice.bad").waitFor();
  assert.equal(await page.locator(".head:not(.client)").count(), 3, "nothing has changed");
  await page.goBack();
  await page.waitForFunction(() => document.querySelector(".row input[max='600000']")?.value === "8");
  await page.finish();
});

test("faults are chosen node by node, drawn by chance, and taken back", async () => {
  const page = await elected();
  await tab(page, "Setup");
  const choice = (name) => page.getByRole("combobox", { name });
  const now = (name) => choice(name).evaluate((select) => select.selectedOptions[0].label);
  for (const [name, fault] of [
    ["S1: state", "down"],
    ["S2: links", "cut off"],
    ["S3: disk", "50 ms"],
    ["S4: clock", "+10 %"],
  ]) {
    const usual = await now(name);
    await choice(name).selectOption({ label: fault });
    assert.equal(await now(name), fault);
    await choice(name).blur();
    await page.keyboard.press("ControlOrMeta+z");
    await page.waitForFunction(
      ([label, usual]) => document.querySelector(`select[aria-label="${label}"]`).selectedOptions[0].label === usual,
      [name, usual],
    );
  }
  await choice("S1: state").selectOption({ label: "down" });
  await page.locator(".head.down").waitFor();
  await choice("S1: state").selectOption({ label: "up" });
  await page.locator(".head.down").waitFor({ state: "detached" });
  await tab(page, "History");
  const acts = page.locator(".acts li");
  assert.equal(await acts.count(), 2);
  await tab(page, "Setup");
  await choice("By chance").selectOption({ label: "many at once" });
  await page.locator(".notice", { hasText: "Faults strike" }).waitFor();
  await tab(page, "History");
  // What is put right at the end is listed as well.
  await page.waitForFunction(() => document.querySelectorAll(".acts li").length > 15);
  await page.keyboard.press("ControlOrMeta+z");
  await page.waitForFunction(() => document.querySelectorAll(".acts li").length === 2);
  await page.finish();
});

test("the list of events is searched, and leads to the diagram", async () => {
  const page = await elected();
  await tab(page, "Events");
  const rows = page.locator(".event-row");
  const all = await rows.count();
  await page.getByRole("searchbox").fill("vote");
  await page.waitForFunction((all) => document.querySelectorAll(".event-row").length < all, all);
  for (const row of await rows.allInnerTexts()) assert.match(row.toLowerCase(), /vote/);
  await rows.last().click();
  await page.locator(".panel.event").waitFor();
  await page.getByRole("searchbox").fill("");
  await page.locator(".filters summary").click();
  const arrows = await page.locator(".stage .arrow .way").count();
  await page.locator(".filters .chip-row").first().getByRole("button").first().click();
  await page.waitForFunction((arrows) => document.querySelectorAll(".stage .arrow .way").length < arrows, arrows);
  await page.finish();
});

test("the ring shows the cluster and takes the same acts", async () => {
  const page = await elected({ path: "?view=cluster" });
  assert.equal(await page.locator(".ring-node.lead").count(), 1);
  await page.locator(".ring-node").nth(1).click();
  await item(page, /^Cut off/).click();
  await page.waitForFunction(() => document.querySelectorAll(".ring-link.cut").length === 4);
  await page.locator(".ring-node").nth(2).press("Enter");
  await item(page, /^Crash/).click();
  await page.locator(".ring-node.down").waitFor();
  await shot(page, "ring");
  await page.keyboard.press("v");
  await page.locator(".stage").waitFor();
  assert.equal(await page.locator(".cluster").count(), 0);
  await page.finish();
});

test("a node is looked at closely while it changes", async () => {
  const page = await elected();
  await page.locator(".head.lead").click();
  await item(page, /^Look inside/).click();
  const panel = page.locator(".panel.node");
  await panel.locator(".timer-row").first().waitFor();
  await press(page, "Play");
  await panel.locator(".changed").first().waitFor();
  await pause(page);
  await page.keyboard.press("ArrowLeft");
  await panel.locator(".changed").first().waitFor({ state: "detached" });
  await page.finish();
});

test("the theme is chosen and kept", async () => {
  const page = await elected({ colorScheme: "light" });
  const ground = () => page.evaluate(() => getComputedStyle(document.querySelector(".stage-area")).backgroundColor);
  const light = await ground();
  await page.keyboard.press("t");
  assert.notEqual(await ground(), light);
  const dark = await ground();
  await page.reload();
  await page.locator(".head").first().waitFor();
  assert.equal(await ground(), dark);
  await page.finish();
});

test("an arrow is dragged to another arrival, and a link is cut from lane to lane", async () => {
  const page = await elected();
  const { x, y } = await spotOnArrow(page);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y + 60, { steps: 4 });
  await page.locator(".drag-note").getByText(/^arrives at/).waitFor();
  await page.mouse.move(x, y + 160, { steps: 4 });
  await page.mouse.up();
  await page.getByText("history branches here").waitFor();
  assert.equal(await page.locator(".menu").count(), 0, "letting go is no click");
  await tab(page, "History");
  await page.locator(".acts").getByText(/^delay .+ from S/).waitFor();
  await page.keyboard.press("v");
  const [from, to] = [page.locator(".ring-node").nth(0), page.locator(".ring-node").nth(2)];
  for (const cuts of [1, 0]) {
    await from.hover();
    await page.mouse.down();
    await to.hover();
    await page.mouse.up();
    await page.waitForFunction((cuts) => document.querySelectorAll(".ring-link.cut").length === cuts, cuts);
  }
  await page.finish();
});

test("three hundred acts at random do no harm", async () => {
  const page = await elected();
  // The same ones every time.
  let seed = 7;
  const random = (below) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  const keys = ["ArrowLeft", "ArrowRight", "Shift+ArrowLeft", "n", "p", "v", "t", "u", "Shift+U", "[", "]", ".", ",", "+", "-", "Enter", "Escape", "3", "r", " "];
  for (let i = 0; i < 300; i++) {
    if (random(3) === 0) {
      await page.keyboard.press(keys[random(keys.length)]);
      continue;
    }
    // By script: what is under a menu can be hit as well.
    await page.evaluate((at) => {
      const chosen = ".app [data-act]:not([data-act^=visit], [data-act=copy]), .stage [data-event], .cluster [data-lane], .lane-hit";
      const elements = document.querySelectorAll(chosen);
      const spot = { bubbles: true, cancelable: true, clientX: 300, clientY: 300 };
      elements[at % elements.length]?.dispatchEvent(new MouseEvent("click", spot));
    }, random(100_000));
  }
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".crash").count(), 0, "the program runs on");
  const before = await now(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction((before) => Number(document.querySelector(".app").dataset.steps) !== before, before);
  await page.finish();
});
