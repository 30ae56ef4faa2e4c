// Arranging what is seen, and dividing the cluster: lanes moved and hidden, partitions, and what all of it
// leaves to undo and to keep.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PHONE, digest, item, open, openElected, press, sharedBrowser, shot, tab } from "./harness.mjs";

const shared = sharedBrowser();

const head = (page, lane) => page.locator(`.head[data-lane=${lane}]`);

const elected = (options) => openElected(shared.browser, options);

/** The lanes' names from left to right. */
const lanes = (page) =>
  page.evaluate(() => {
    const left = (head) => head.getBoundingClientRect().left;
    const heads = [...document.querySelectorAll(".head")].sort((a, b) => left(a) - left(b));
    return heads.map((head) => head.dataset.lane).join(" ");
  });

const middle = async (locator) => {
  const box = await locator.boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};

/** Drags from one place to another with a finger. */
async function swipe(page, from, to) {
  const cdp = await page.context().newCDPSession(page);
  const touch = (type, points) => cdp.send("Input.dispatchTouchEvent", { type, touchPoints: points });
  await touch("touchStart", [from]);
  for (let step = 1; step <= 8; step++) {
    const part = (a, b) => a + ((b - a) * step) / 8;
    await touch("touchMove", [{ x: part(from.x, to.x), y: part(from.y, to.y) }]);
  }
  // A finger that rests before it leaves: to the browser a tap after a fling only ends the fling.
  await page.waitForTimeout(300);
  await touch("touchMove", [to]);
  await touch("touchEnd", []);
}

/** Drags with the mouse. */
async function drag(page, from, to) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 6 });
  await page.mouse.up();
}

test("a lane is moved by mouse, key and menu; reload, link and the run itself agree", async () => {
  const page = await elected();
  const before = await digest(page);
  assert.equal(await lanes(page), "C1 S1 S2 S3 S4 S5");
  const beyond = await middle(head(page, "S3"));
  await drag(page, await middle(head(page, "S1")), { ...beyond, x: beyond.x + 20 });
  assert.equal(await lanes(page), "C1 S2 S3 S1 S4 S5");
  assert.equal(await page.locator(".menu").count(), 0, "letting go is no click");
  assert.equal(await page.locator(".ring-link.cut").count(), 0);

  await head(page, "S1").focus();
  await page.keyboard.press("Alt+ArrowLeft");
  await page.keyboard.press("Alt+ArrowLeft");
  assert.equal(await lanes(page), "C1 S1 S2 S3 S4 S5");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.lane), "S1", "the focus goes with it");
  await head(page, "S5").click();
  await item(page, "← Move left").click();
  assert.equal(await lanes(page), "C1 S1 S2 S3 S5 S4");
  assert.equal(await digest(page), before, "nothing has happened");

  await page.waitForTimeout(600);
  await page.reload();
  await head(page, "S5").waitFor();
  assert.equal(await lanes(page), "C1 S1 S2 S3 S5 S4");
  assert.equal(await digest(page), before);
  await press(page, "Share");
  const link = await page.getByRole("textbox", { name: "Link", exact: true }).inputValue();
  const other = await open(shared.browser, { path: new URL(link).hash, context: page.context() });
  await head(other, "S5").waitFor();
  assert.equal(await lanes(other), "C1 S1 S2 S3 S5 S4");
  await other.finish();
  await page.keyboard.press("Escape");
  await head(page, "S1").click();
  await item(page, "All as usual").click();
  assert.equal(await lanes(page), "C1 S1 S2 S3 S4 S5");
  await page.finish();
});

test("a lane is hidden with its messages, and comes back", async () => {
  const page = await elected();
  const arrows = () => page.locator(".stage .arrow .way").count();
  const all = await arrows();
  await head(page, "S4").click();
  await item(page, "Hide this lane").click();
  await head(page, "S4").waitFor({ state: "detached" });
  assert.ok((await arrows()) < all, "its messages are gone as well");
  await head(page, "S2").focus();
  await page.keyboard.press("Delete");
  assert.equal(await lanes(page), "C1 S1 S3 S5");
  const hidden = page.locator(".hidden-lanes");
  assert.match(await hidden.innerText(), /\+2\s+hidden/);
  assert.ok(await hidden.evaluate((button) => button === document.activeElement), "the focus goes to the way back");
  await page.keyboard.press("Enter");
  await shot(page, "hidden");
  await item(page, /^Show S2/).press("Enter");
  assert.equal(await lanes(page), "C1 S1 S2 S3 S5");
  await hidden.click();
  await item(page, /^All as usual/).click();
  assert.equal(await lanes(page), "C1 S1 S2 S3 S4 S5");
  assert.equal(await hidden.count(), 0);
  assert.equal(await arrows(), all);
  await page.finish();
});

test("a lane is moved by touch, on a phone", async () => {
  const page = await elected({ viewport: PHONE, touch: true });
  const [from, to] = [await middle(head(page, "S1")), await middle(head(page, "S3"))];
  await swipe(page, from, { ...to, x: to.x + 12 });
  assert.equal(await lanes(page), "C1 S2 S3 S1 S4 S5");
  assert.equal(await page.locator(".menu").count(), 0);
  await page.finish();
});

const group = (page, name) => page.getByRole("region", { name: `Group ${name}` });
const member = (page, name) => page.locator(`[data-member=${name}]`);
const says = (page) => page.locator("dialog .says").innerText();

test("the cluster is divided by dragging, by keys, and made whole again", async () => {
  const page = await elected();
  await page.keyboard.press("x");
  await member(page, "S1").waitFor();
  // A minority with whoever leads is proposed; everyone into one group first.
  for (const name of ["S1", "S2", "S3", "S4", "S5"]) {
    const place = await middle(group(page, "A"));
    if ((await group(page, "A").locator(`[data-member=${name}]`).count()) === 0) {
      await drag(page, await middle(member(page, name)), place);
    }
  }
  assert.equal(await says(page), "This separates nobody.");
  assert.ok(await page.getByRole("button", { name: "Partition", exact: true }).isDisabled());
  for (const name of ["S4", "S5"]) await drag(page, await middle(member(page, name)), await middle(group(page, "B")));
  assert.equal(await says(page), "partition S1 S2 S3 | S4 S5");
  assert.match(await group(page, "A").innerText(), /quorum: 3 of 3/);
  assert.match(await group(page, "B").innerText(), /no quorum: 2 of 3/);
  await shot(page, "partition");
  await member(page, "S5").focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await says(page), "partition S1 S2 S3 | S4 | S5");
  assert.ok(await member(page, "S5").evaluate((button) => button === document.activeElement));
  await page.keyboard.press("ArrowLeft");
  await member(page, "C1").click();
  assert.equal(await says(page), "partition S1 S2 S3 C1 | S4 S5");
  await press(page, "Partition");
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("v");
  await page.waitForFunction(() => document.querySelectorAll(".ring-link.cut").length === 6);
  await page.locator(".ring-node").first().click();
  await item(page, "Partition…").click();
  assert.equal(await group(page, "B").locator(".member").count(), 2, "the groups are as the network is");
  assert.equal(await group(page, "A").locator(".member").count(), 4);
  await page.locator("dialog").getByRole("button", { name: "Heal network" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".ring-link.cut").length === 0);
  await page.finish();
});

test("the cluster is divided by touch, on a phone, with nothing out of reach", async () => {
  const page = await elected({ viewport: { width: 360, height: 640 }, touch: true });
  await tab(page, "Run");
  await page.getByRole("button", { name: "Partition…" }).tap();
  const dialog = await page.locator("dialog").boundingBox();
  assert.ok(dialog.x >= 0 && dialog.x + dialog.width <= 360, "it fits");
  const other = (await group(page, "A").locator("[data-member=S1]").count()) > 0 ? "B" : "A";
  await swipe(page, await middle(member(page, "S1")), await middle(group(page, other)));
  await group(page, other).locator("[data-member=S1]").waitFor();
  // To the browser a tap right after a swipe only ends the swipe.
  await page.waitForTimeout(500);
  await member(page, "S1").tap();
  await group(page, other).locator("[data-member=S1]").waitFor({ state: "detached" });
  await shot(page, "partition-phone");
  await page.getByRole("button", { name: "Partition", exact: true }).tap();
  await page.locator("dialog").waitFor({ state: "detached" });
  await tab(page, "History");
  await page.locator(".acts").getByText(/^partition /).waitFor();
  await page.finish();
});

test("settings, rules and the seed are taken back like acts", async () => {
  const page = await elected();
  const before = await digest(page);
  const is = (digest) => page.waitForFunction((digest) => document.querySelector(".app").dataset.digest === digest, digest);
  await tab(page, "Setup");
  await page.getByRole("spinbutton", { name: "Nodes" }).fill("3");
  await page.keyboard.press("Tab");
  await page.waitForFunction(() => document.querySelectorAll(".head:not(.client)").length === 3);
  await page.locator(".app[data-digest]").waitFor();
  await tab(page, "Rules");
  await page.locator(".rule-card").nth(2).getByRole("switch").click();
  await page.locator(".rule-card.is-broken").waitFor();
  assert.equal(await page.locator(".rule-card").first().getAttribute("class"), "rule-card is-broken", "what is broken comes first");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "switch", "the focus goes with it");
  await press(page, "New seed");
  await page.waitForFunction(() => document.querySelector(".rule-card.is-broken"));
  await press(page, "Pause");
  await press(page, "Undo");
  await page.locator(".rule-card.is-broken").waitFor();
  await page.keyboard.press("Control+z");
  await page.locator(".rule-card.is-broken").waitFor({ state: "detached" });
  await page.keyboard.press("Control+z");
  await page.waitForFunction(() => document.querySelectorAll(".head:not(.client)").length === 5);
  await is(before);
  await page.keyboard.press("Control+Shift+z");
  await page.waitForFunction(() => document.querySelectorAll(".head:not(.client)").length === 3);
  await page.finish();
});

test("the lines of history survive a reload", async () => {
  const page = await elected();
  const before = await digest(page);
  await page.keyboard.press("Shift+ArrowLeft");
  await head(page, "S2").click();
  await item(page, /^Crash/).click();
  await page.getByText("history branches here").waitFor();
  await page.waitForTimeout(600);
  await page.reload();
  await page.locator(".head.down").waitFor();
  await tab(page, "History");
  await page.locator(".tree li").nth(1).getByText(/^left by: crash S2/).waitFor();
  await page.getByRole("button", { name: "return", exact: true }).click();
  await page.locator(".head.down").waitFor({ state: "detached" });
  await press(page, "Play");
  await page.locator(".head").first().waitFor();
  assert.ok(before);
  await page.finish();
});

test("in a low frame nothing lies over the word about a fallen invariant", async () => {
  for (const viewport of [{ width: 720, height: 400 }, { width: 360, height: 400 }, { width: 1000, height: 400 }]) {
    const page = await open(shared.browser, { path: "?embed=1&scenario=raft-figure-8-broken&t=60s&autoplay=0", viewport });
    await page.locator(".banner").waitFor({ timeout: 20_000 });
    await shot(page, `low-${viewport.width}`);
    const [banner, zoom] = [await page.locator(".over").boundingBox(), await page.locator(".zoom").boundingBox()];
    const apart =
      banner.x + banner.width <= zoom.x || zoom.x + zoom.width <= banner.x ||
      banner.y + banner.height <= zoom.y || zoom.y + zoom.height <= banner.y;
    assert.ok(apart, `${JSON.stringify(banner)} and ${JSON.stringify(zoom)}`);
    await page.finish();
  }
});

test("in a page however low, now is in view, and nothing lies over it or over the transport", async () => {
  const embed = "?embed=1&autoplay=0&scenario=";
  const pages = [
    [`${embed}raft-first-election&t=170ms`, [700, 120], [700, 160], [360, 200], [1000, 320], [700, 360], [700, 480]],
    [`${embed}raft-first-election&t=170ms&view=both`, [700, 480], [700, 300], [400, 480]],
    [`${embed}raft-figure-8-broken&t=60s`, [700, 160], [700, 300], [700, 420], [700, 480], [390, 480]],
    ["?autoplay=0&t=170ms", [740, 360], [667, 375], [932, 430]],
    ["?autoplay=0&scenario=raft-figure-8-broken&t=60s", [740, 360]],
  ];
  for (const [path, ...sizes] of pages) {
    for (const [width, height] of sizes) {
      const what = `${path} at ${width} x ${height}`;
      const page = await open(shared.browser, { path, viewport: { width, height }, touch: false });
      await page.locator(".app[data-digest]").waitFor();
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      await shot(page, `low-${width}-${height}-${pages.findIndex(([of]) => of === path)}`);
      const box = (selector) => page.locator(selector).first().boundingBox();
      const [stage, heads, now, zoom] = [await box(".stage"), await box(".stage-heads"), await box(".now"), await box(".zoom")];
      const isFallen = (await page.locator(".banner").count()) > 0;
      const end = isFallen ? (await box(".banner")).y : stage.y + stage.height;
      assert.ok(now.y >= heads.y + heads.height && now.y + 2 <= end, `${what}: now is at ${now.y}, before ${end}`);
      assert.ok(zoom.y + zoom.height <= (await box(".bottom")).y, `${what}: the buttons end at ${zoom.y + zoom.height}`);
      if (path.includes("both")) {
        const sizes = await page.locator(".ring-node text").evaluateAll((words) =>
          words.filter((word) => word.checkVisibility()).map((word) => parseFloat(getComputedStyle(word).fontSize) * word.getScreenCTM().a),
        );
        assert.ok(sizes.length >= 5 && Math.min(...sizes) > 8.5, `${what}: words of ${Math.min(...sizes)} px`);
      }
      await page.finish();
    }
  }
});
