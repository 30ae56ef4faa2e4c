// The main path in Firefox: what a first visit does, from the first paint to a link given away.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gone, launchFirefox, named, picture, press, visit, withText } from "./firefox.mjs";
import { PHONE, siteUrl } from "./harness.mjs";

let firefox;
before(async () => {
  firefox = await launchFirefox();
});
after(() => firefox?.end());

const data = (page) => page.$eval(".app", ({ dataset }) => ({ steps: Number(dataset.steps), digest: dataset.digest }));
const digestIs = (page, digest) => page.waitForSelector(`.app[data-digest="${digest}"]`);
const tab = (page, name) => page.locator(`.tabs ::-p-aria([role="button"][name="${name}"])`).click();
/** Clicks the entry of the open menu that starts with a word. */
const choose = async (page, word) => {
  const item = await page.waitForFunction(
    (word) => [...document.querySelectorAll("[role=menuitem]")].find((item) => item.innerText.trim().startsWith(word)),
    {},
    word,
  );
  await item.click();
};

/** Opens a run, lets it elect somebody, and stops it. */
async function elected(path = "") {
  const page = await visit(firefox, siteUrl(path));
  await page.waitForSelector(".head.lead");
  await stop(page);
  return page;
}

/** Stops a run that plays, and waits until it stands. */
async function stop(page) {
  // Not by its role: on a slow machine Firefox does not come to the end of its tree while the run changes it.
  await (await page.waitForSelector(".bottom [aria-label=Pause]")).click();
  await named(page, "button", "Play");
  await page.waitForSelector(".app[data-digest]");
}

test("Firefox paints, elects a leader by itself, and goes back and forth", async (t) => {
  const start = Date.now();
  const page = await visit(firefox);
  await page.waitForSelector(".head.lead");
  const leader = Date.now() - start;
  const [paint] = await page.evaluate(() => performance.getEntriesByType("paint").map(({ startTime }) => startTime));
  t.diagnostic(`first paint after ${paint} ms, a leader after ${leader} ms`);
  await stop(page);
  const before = await data(page);
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowLeft");
  // On a slow machine what a key does is drawn later.
  await page.waitForSelector(`.app[data-steps="${before.steps - 4}"]`);
  assert.notEqual((await data(page)).digest, before.digest);
  await press(page, "Step back (←)");
  await page.waitForSelector(`.app[data-steps="${before.steps - 5}"]`);
  for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowRight");
  await page.waitForSelector(`.app[data-steps="${before.steps}"]`);
  assert.deepEqual(await data(page), before);
  await picture(page, "light");
  await page.finish();
});

test("Firefox: a lane, an arrow and a ring take the same acts", async () => {
  const page = await visit(firefox, siteUrl("?t=300ms&autoplay=0"));
  await page.waitForSelector(".head.lead");
  await press(page, "Crash S1");
  await page.waitForSelector(".head.down");
  await page.keyboard.down("Control");
  await page.keyboard.press("z");
  await page.keyboard.up("Control");
  await gone(page, ".head.down");
  // The upper end of what can be seen of a lane: its past.
  const lane = await page.$$eval(".lane-hit", (lanes) => {
    const { x, width } = lanes[2].getBoundingClientRect();
    const { top, bottom } = document.querySelector(".stage").getBoundingClientRect();
    for (let y = top + 4; y < bottom; y += 4) {
      if (document.elementFromPoint(x + width / 2, y) === lanes[2]) return { x: x + width / 2, y };
    }
    throw new Error("the lane cannot be pointed at");
  });
  await page.mouse.click(lane.x, lane.y);
  await withText(page, ".menu", "history branches there");
  await picture(page, "menu");
  await choose(page, "Crash");
  await page.waitForSelector(".head.down");
  await press(page, "return to it");
  await gone(page, ".head.down");

  const spot = await page
    .waitForFunction(() => {
      for (const path of document.querySelectorAll(".stage .arrow > .hit")) {
        const at = path.getPointAtLength(path.getTotalLength() * 0.3).matrixTransform(path.getScreenCTM());
        const arrow = document.elementFromPoint(at.x, at.y)?.closest(".arrow");
        if (arrow && arrow === path.parentElement) return { x: at.x, y: at.y };
      }
      return null;
    })
    .then((found) => found.jsonValue());
  await page.mouse.move(spot.x, spot.y);
  await page.waitForSelector(".tip");
  await page.mouse.down();
  await page.mouse.move(spot.x, spot.y + 60, { steps: 4 });
  await withText(page, ".drag-note", "arrives at");
  await page.mouse.move(spot.x, spot.y + 160, { steps: 4 });
  await page.mouse.up();
  await withText(page, ".story, .apart, .notice", "history branches here");
  assert.equal(await page.$(".menu"), null, "letting go is no click");

  await page.keyboard.press("v");
  const nodes = await page.$$(".ring-node");
  await nodes[0].hover();
  await page.mouse.down();
  await nodes[2].hover();
  await page.mouse.up();
  await page.waitForSelector(".ring-link.cut");
  await picture(page, "ring");
  await page.finish();
});

test("Firefox: the diagram and the dialogs are used by keyboard alone", async () => {
  const page = await elected();
  await page.focus(".stage");
  await page.keyboard.press("ArrowUp");
  await page.waitForSelector(".panel.event");
  await page.keyboard.press("Enter");
  const role = () => page.evaluate(() => document.activeElement.getAttribute("role"));
  assert.equal(await role(), "menuitem");
  await page.keyboard.press("ArrowDown");
  assert.equal(await role(), "menuitem");
  await page.keyboard.press("Escape");
  await gone(page, ".menu");
  assert.ok(await page.evaluate(() => document.activeElement.matches(".stage")), "the focus returns");
  for (const key of ["g", "s", "?"]) {
    await page.keyboard.press(key);
    await page.waitForSelector("dialog[open]");
    await picture(page, { g: "gallery", s: "share", "?": "help" }[key]);
    await page.keyboard.press("Escape");
    await gone(page, "dialog[open]");
  }
  await page.keyboard.press("t");
  await page.waitForSelector(':root[data-theme="dark"]');
  await page.finish();
});

test("Firefox: a rule is broken and kept again, and a fall stops the run", async () => {
  const page = await elected();
  const { digest } = await data(page);
  await tab(page, "Rules");
  const toggle = () => page.locator('.rule-card [role="switch"]').click();
  await toggle();
  await page.waitForSelector(".rule-card.is-broken");
  await withText(page, ".notice", "is broken");
  await toggle();
  await gone(page, ".rule-card.is-broken");
  await digestIs(page, digest);
  await page.finish();

  const fall = await visit(firefox, siteUrl("?scenario=raft-figure-8-broken&autoplay=1"));
  await fall.waitForSelector(".head");
  await fall.select(".speed select", "5");
  await withText(fall, '[role="alert"] h2, [role="alert"] h3', "has fallen");
  await named(fall, "button", "Play");
  assert.ok(await fall.$(".list .fallen"), "the invariant is marked");
  await picture(fall, "violation");
  await fall.finish();
});

test("Firefox: a copied link opens the same run at the same moment", async () => {
  const page = await elected();
  await press(page, "Crash S2");
  await press(page, "Step forward (→)");
  const shared = await data(page);
  await page.keyboard.press("c");
  await withText(page, ".app", "Link copied");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /#v1:/);
  const fresh = await visit(firefox, link);
  await withText(fresh, ".app", "Same run as shared, verified");
  assert.deepEqual(await data(fresh), shared);
  await fresh.finish();

  await page.reload();
  await digestIs(page, shared.digest);
  await page.keyboard.press("s");
  await page.waitForSelector("dialog[open]");
  const save = async (form, ending) => {
    await withText(page, "dialog button", form).then((button) => button.click());
    for (let tries = 0; tries < 100; tries++) {
      const name = (await readdir(firefox.downloads)).find((name) => name.endsWith(ending));
      const content = name && (await readFile(join(firefox.downloads, name)));
      if (content?.length > 0) return content;
      await new Promise((later) => setTimeout(later, 50));
    }
    throw new Error(`no ${ending} was saved`);
  };
  assert.equal((await save("PNG", ".png")).subarray(1, 4).toString(), "PNG");
  assert.match((await save("SVG", ".svg")).toString(), /^<svg xmlns=/);
  await page.finish();
});

test("Firefox: an embed in a page of another origin follows its colours and steps", async () => {
  const html = `<!doctype html><html lang="en"><title>Notes</title><style>body{background:#101418}</style>
    <script>window.heard = []; for (const name of ["ready", "state"])
      addEventListener("synod-" + name, ({ detail }) => heard.push({ name, ...detail }));</script>
    <script src="${siteUrl("embed.js")}" defer></script><link rel="icon" href="data:,">
    <script>addEventListener("message", ({ origin, data }) => { if (origin === "null" && data.synod) heard.push({ name: "boxed" }) });</script>
    <synod-playground id="a" scenario="raft-first-election" autoplay="0"></synod-playground>
    <iframe sandbox="allow-scripts" title="Synod" src="${siteUrl("?embed=1&autoplay=0")}"></iframe>`;
  const host = createServer((_, response) => response.writeHead(200, { "content-type": "text/html" }).end(html));
  await new Promise((listening) => host.listen(0, "127.0.0.1", listening));
  try {
    const page = await visit(firefox, `http://127.0.0.1:${host.address().port}/`);
    await page.waitForFunction(() => heard.some(({ name }) => name === "ready"));
    await page.evaluate(() => document.querySelector("#a").step(5));
    await page.waitForFunction(() => heard.some(({ steps, digest }) => steps === 6 && digest));
    const inside = page.frames().find((frame) => frame.url().includes("scenario="));
    assert.equal(await inside.$eval(":root", (root) => root.dataset.theme), "dark");
    await page.waitForFunction(() => heard.some(({ name }) => name === "boxed"));
    await picture(page, "embed");
    await page.finish();
  } finally {
    host.close();
  }
});

test("Firefox: the dark scheme is followed, and less motion waits for the reader", async () => {
  const dark = await launchFirefox("dark", true);
  try {
    const page = await visit(dark, siteUrl(), PHONE);
    await named(page, "button", "Play");
    await page.waitForFunction(() => document.querySelector(".app").dataset.steps === "1");
    const ground = await page.$eval(".stage-area", (area) => getComputedStyle(area).backgroundColor);
    assert.equal(ground, "rgb(20, 23, 28)");
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `the page is ${wide} px wider than the screen`);
    await press(page, "Play");
    await page.waitForSelector(".head.lead");
    await picture(page, "phone-dark");
    await page.setViewport({ width: 1440, height: 900 });
    await picture(page, "dark");
    await page.finish();
  } finally {
    await dark.end();
  }
});
