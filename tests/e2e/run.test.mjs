// Watching a run: it plays by itself, stands, goes back, is acted upon, is shared.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DESKTOP, PHONE, digest, now, open, openElected, packed, pause, press, sharedBrowser, shot, tab } from "./harness.mjs";

const shared = sharedBrowser();

test("the page plays by itself and elects a leader", async () => {
  const page = await open(shared.browser);
  await page.locator(".head.lead").waitFor({ timeout: 8000 });
  assert.ok((await page.locator(".synod .arrow").count()) > 5, "messages are drawn");
  assert.match(await page.locator(".head.lead .role").innerText(), /\w/, "the role is said in words");
  await shot(page, "run");
  await page.finish();
});

test("less motion was asked for: the page waits", async () => {
  const page = await open(shared.browser, { reducedMotion: "reduce" });
  const play = page.getByRole("button", { name: "Play", exact: true });
  await play.waitFor();
  await page.waitForTimeout(500);
  assert.equal(await now(page), 1);
  await play.click();
  await page.waitForFunction(() => Number(document.querySelector(".app").dataset.steps) > 3);
  await page.finish();
});

test("steps back and forth come to the same run", async () => {
  const page = await open(shared.browser);
  await page.locator(".head.lead").waitFor();
  await pause(page);
  const [steps, before] = [await now(page), await digest(page)];
  for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowLeft");
  assert.equal(await now(page), steps - 6);
  assert.notEqual(await digest(page), before);
  for (let i = 0; i < 6; i++) await page.keyboard.press("ArrowRight");
  assert.equal(await digest(page), before);
  await page.getByRole("slider", { name: "Timeline" }).fill("0");
  assert.ok((await now(page)) <= 5, "the timeline goes to the beginning");
  await page.finish();
});

test("a node is crashed, and in the past history branches", async () => {
  const page = await open(shared.browser);
  await page.locator(".head.lead").waitFor();
  await pause(page);
  await press(page, "Crash S1");
  await page.locator(".card.down").getByText("crashed").waitFor();
  await press(page, "Restart S1");
  await page.locator(".card.down").waitFor({ state: "detached" });
  for (let i = 0; i < 8; i++) await page.keyboard.press("ArrowLeft");
  await press(page, "Cut off S2");
  await page.getByText("history branches here").waitFor();
  await press(page, "return to it");
  await page.locator(".apart").waitFor({ state: "detached" });
  await page.finish();
});

test("an invariant falls: the run stops and says which", async () => {
  const page = await open(shared.browser);
  await page.locator(".head").first().waitFor();
  await page.keyboard.press("g");
  const broken = page.locator(".entry", { has: page.locator(".breaks") }).first();
  await broken.click();
  await page.getByRole("combobox", { name: "Speed" }).selectOption("5");
  const banner = page.getByRole("alert");
  await banner.getByRole("heading").getByText("has fallen").waitFor({ timeout: 30_000 });
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  assert.ok((await page.locator(".list .fallen").count()) >= 1, "the invariant is marked");
  await shot(page, "violation");
  await banner.getByRole("button", { name: "Continue" }).click();
  await page.waitForFunction((steps) => Number(document.querySelector(".app").dataset.steps) > steps, await now(page));
  await page.finish();
});

test("a link opened in a new tab is the same run at the same moment", async () => {
  const page = await open(shared.browser, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.locator(".head.lead").waitFor();
  await pause(page);
  await press(page, "Crash S2");
  await press(page, "Step forward (→)");
  const [steps, before, time] = [await now(page), await digest(page), await page.locator(".now-text").innerText()];
  await page.keyboard.press("c");
  await page.getByText("Link copied").waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(link.length < 2000, `${link.length} characters`);
  const second = await open(shared.browser, { path: new URL(link).hash, context: page.context() });
  await second.getByText("Same run as shared, verified").waitFor();
  assert.deepEqual([await now(second), await digest(second), await second.locator(".now-text").innerText()], [steps, before, time]);
  await second.finish();
  await page.finish();
});

test("back returns from what the gallery opened", async () => {
  const page = await open(shared.browser);
  await page.locator(".head").first().waitFor();
  const title = await page.title();
  await page.getByRole("button", { name: "Gallery", exact: true }).click();
  await page.locator(".entry").first().click();
  await page.waitForFunction((title) => document.title !== title, title);
  assert.match(page.url(), /\?scenario=/);
  await page.goBack();
  await page.waitForFunction((title) => document.title === title, title);
  await page.finish();
});

test("a bad link says what is wrong and offers the gallery", async () => {
  for (const path of ["#v1:%%%", "#v1:AAAA", "#v9:abc", "?scenario=no-such-run", "?protocol=none", "?nodes=900"]) {
    const page = await open(shared.browser, { path });
    await page.getByRole("heading", { name: "This link does not open" }).waitFor();
    assert.ok((await page.locator(".bad-link pre").innerText()).length > 10, path);
    await page.getByRole("button", { name: "Open the gallery" }).click();
    await page.locator(".entry").first().click();
    await page.locator(".app[data-state=run]").waitFor();
    await page.finish();
  }
});

test("a view that is a list of events is a tab beside the diagram", async () => {
  const page = await open(shared.browser, { path: "?view=log&autoplay=0" });
  await page.locator('.tab[aria-pressed="true"]').getByText("Events").waitFor();
  assert.ok(await page.locator(".stage").isVisible());
  assert.equal(await page.locator(".ring").count(), 0);
  await page.finish();
});

test("what is picked comes into view, also while the page is busy with drawing", async () => {
  const page = await open(shared.browser, { path: "?scenario=paxos-duel&t=200ms&autoplay=0" });
  await page.locator(".app[data-digest]").waitFor();
  for (let round = 0; round < 8; round++) {
    await page.keyboard.press("n");
    await page.waitForFunction(() => {
      const [picked, stage] = [".arrow.picked", ".stage"].map((name) => document.querySelector(name)?.getBoundingClientRect());
      return picked && picked.top > stage.top && picked.bottom < stage.bottom;
    });
    await page.keyboard.press("Escape");
    await page.keyboard.press("End");
  }
  await page.finish();
});

test("an arrow is picked by mouse and by key, and says everything", async () => {
  const page = await open(shared.browser);
  await page.locator(".head.lead").waitFor();
  await pause(page);
  await page.keyboard.press("p");
  const first = await page.locator(".event .label-text").innerText();
  await page.keyboard.press("p");
  assert.equal(await page.locator(".arrow.picked").count(), 1);
  assert.ok((await page.locator(".event dl").innerText()).includes("sent"));
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".panel.event").count(), 0);
  assert.ok(first.length > 0);
  // Somewhere on an arrow that can be seen.
  const spot = await page.evaluate(() => {
    for (const path of document.querySelectorAll(".arrow > .hit")) {
      const at = path.getPointAtLength(path.getTotalLength() * 0.3).matrixTransform(path.getScreenCTM());
      const arrow = document.elementFromPoint(at.x, at.y)?.closest(".arrow");
      if (arrow && arrow === path.parentElement) return { x: at.x, y: at.y };
    }
    return null;
  });
  assert.ok(spot, "an arrow can be pointed at");
  await page.mouse.move(spot.x, spot.y);
  await page.locator(".tip").waitFor();
  await page.mouse.click(spot.x, spot.y);
  await page.locator(".panel.event .label-text").waitFor();
  await page.finish();
});

test("scrolled away, the page offers the way back to now", async () => {
  const page = await open(shared.browser);
  await page.waitForFunction(() => document.querySelector(".stage")?.scrollTop > 400, undefined, { timeout: 20_000 });
  await page.mouse.move(400, 400);
  await page.mouse.wheel(0, -2000);
  const back = page.getByRole("button", { name: /Back to now/ });
  await back.click();
  await back.waitFor({ state: "detached" });
  await page.finish();
});

test("the diagram holds only what is in view", async () => {
  const page = await open(shared.browser);
  await page.getByRole("combobox", { name: "Speed" }).selectOption("1");
  await page.waitForFunction(() => Number(document.querySelector(".app").dataset.steps) > 1500, undefined, { timeout: 30_000 });
  await pause(page);
  assert.ok((await page.locator(".synod *").count()) < 3000, "the run is long, the page is not");
  await page.finish();
});

test("everything fits on phones, tablets and large screens", async () => {
  for (const viewport of [{ width: 360, height: 640 }, PHONE, { width: 740, height: 360 }, { width: 820, height: 1180 }, DESKTOP, { width: 2560, height: 1440 }, { width: 3840, height: 2160 }]) {
    const page = await open(shared.browser, { viewport, path: "?autoplay=0" });
    const tabs = page.locator(".tabs .tab");
    for (const tab of (await tabs.first().isVisible()) ? await tabs.all() : [undefined]) {
      await tab?.click();
      const wide = await page.evaluate(() => {
        const beyond = [...document.querySelectorAll(".top *, .bottom *, .panel *")].filter(
          (element) => element.getBoundingClientRect().right > innerWidth + 1,
        );
        return beyond.map((element) => element.outerHTML.slice(0, 80));
      });
      assert.deepEqual(wide, [], `at ${viewport.width} px`);
      const scrolls = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(scrolls <= 0, `at ${viewport.width} px the page is ${scrolls} px wider`);
    }
    await page.finish();
  }
});

test("a tab that is not looked at rests, and goes on where it was", async () => {
  const page = await open(shared.browser);
  // So fast that three seconds of the clock are 600 milliseconds of the run.
  await page.getByRole("combobox", { name: "Speed" }).selectOption("5");
  await page.waitForFunction(() => Number(document.querySelector(".app").dataset.steps) > 5);
  // What a browser does with a tab in the background: it asks for no frames, and its clock goes on.
  await page.evaluate(() => {
    const ask = window.requestAnimationFrame;
    const waiting = [];
    window.requestAnimationFrame = (frame) => waiting.push(frame);
    Object.defineProperty(document, "visibilityState", { configurable: true, value: "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
    window.comeBack = () => {
      window.requestAnimationFrame = ask;
      delete document.visibilityState;
      document.dispatchEvent(new Event("visibilitychange"));
      for (const frame of waiting) ask(frame);
    };
  });
  await page.waitForTimeout(300);
  // In milliseconds of the run.
  const time = async () => {
    const [, value, unit] = (await page.locator(".now-text").innerText()).match(/^([\d.]+)\s(ms|s)$/);
    return value * { ms: 1, s: 1_000 }[unit];
  };
  const [steps, moment] = [await now(page), await time()];
  await page.waitForTimeout(3_000);
  assert.deepEqual([await now(page), await time()], [steps, moment], "nothing happens meanwhile");
  await page.evaluate(() => comeBack());
  await page.waitForFunction((steps) => Number(document.querySelector(".app").dataset.steps) > steps, steps);
  await page.keyboard.press("k");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  const went = (await time()) - moment;
  assert.ok(went < 300, `it goes on, and makes up for nothing: ${went} ms`);
  await page.finish();
});

test("a field of the settings can be typed into while the run plays", async () => {
  const page = await open(shared.browser);
  await tab(page, "Setup");
  const seed = page.getByLabel("Seed", { exact: true });
  await seed.selectText();
  await page.keyboard.type("4711", { delay: 60 });
  assert.equal(await seed.inputValue(), "4711");
  await page.keyboard.press("Enter");
  await tab(page, "Run");
  await page.getByText("seed 4711").first().waitFor();
  await page.finish();
});

test("a choice shows what is in force, whoever made it", async () => {
  const page = await openElected(shared.browser);
  const speed = page.locator(".speed select");
  await speed.selectOption({ index: 2 });
  await page.locator(".stage").focus();
  await page.keyboard.press(".");
  await page.waitForFunction(() => !document.querySelectorAll(".speed option")[2].hasAttribute("selected"));
  await page.keyboard.press(",");
  await page.waitForFunction(() => document.querySelector(".speed select").selectedIndex === 2);
  await page.finish();
});

test("where the run stands, every answer is judged", async () => {
  // Of a long history not every answer is judged at once while it plays.
  const page = await open(shared.browser, { path: "?t=4s&autoplay=1" });
  await page.locator(".speed select").selectOption("1");
  const behind = page.locator(".checks small", { hasText: /^(held up to event|not judged yet)/ });
  await behind.first().waitFor();
  await pause(page);
  await behind.first().waitFor({ state: "detached" });
  await page.finish();
});

test("what is offered of a run goes away with it", async () => {
  const page = await open(shared.browser, { path: "?scenario=paxos-happy-path&autoplay=0" });
  await page.locator(".app[data-digest]").waitFor();
  await press(page, "Gallery");
  await page.getByRole("link", { name: /Figure 8 with three/ }).or(page.getByRole("button", { name: /Figure 8 with three/ })).first().click();
  await page.getByText("Figure 8 with three servers").first().waitFor();
  await press(page, "Share");
  await page.locator("dialog[open]").waitFor();
  await page.goBack();
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.finish();
});

test("what is looked at stays in view when time is stretched", async () => {
  const page = await open(shared.browser, { path: "?scenario=raft-replication&t=900ms&autoplay=0" });
  await page.locator(".app[data-digest]").waitFor();
  const stage = page.locator(".stage");
  await stage.evaluate((element) => (element.scrollTop = element.scrollHeight / 3));
  const middle = () =>
    page.evaluate(() => {
      const { top, height } = document.querySelector(".stage").getBoundingClientRect();
      const ticks = [...document.querySelectorAll(".stage .tick text")].map((text) => {
        const [number, unit] = text.textContent.split(" ");
        return { ms: Number(number) * (unit === "s" ? 1000 : 1), y: text.getBoundingClientRect().top };
      });
      const far = ({ y }) => Math.abs(y - top - height / 2);
      return ticks.toSorted((a, b) => far(a) - far(b))[0].ms;
    });
  await page.waitForTimeout(300);
  const before = await middle();
  for (let i = 0; i < 3; i += 1) await page.keyboard.press("+");
  await page.waitForTimeout(300);
  const after = await middle();
  assert.ok(Math.abs(after - before) < 40, `${before} ms becomes ${after} ms`);
  await page.finish();
});

test("a run that is opened is painted where it stands, on slow machines, too", async () => {
  // Runs in the page: it is told of sizes when everything is laid out, right before it is painted.
  const before = () => {
    window.painted = [];
    const top = (selector) => document.querySelector(selector).getBoundingClientRect().top;
    const sized = new ResizeObserver(() => {
      const below = top(".now") - top(".stage");
      window.painted.push(below > 0 && below < document.querySelector(".stage").clientHeight);
    });
    new MutationObserver((_, observer) => {
      const run = document.querySelector(".stage-run");
      if (!run) return;
      sized.observe(run);
      observer.disconnect();
    }).observe(document, { subtree: true, childList: true });
  };
  const page = await open(shared.browser, { path: "?autoplay=0", before });
  await page.locator(".app[data-digest]").waitFor();
  const client = await page.context().newCDPSession(page);
  await client.send("Emulation.setCPUThrottlingRate", { rate: 6 });
  const first = await digest(page);
  const scenario = { v: 1, protocol: "raft", seed: 1, cluster: [{ class: "server", count: 5 }], view: { at_us: 20_000_000 } };
  await page.evaluate((link) => (location.hash = link), packed(scenario));
  await page.waitForFunction((first) => ![undefined, first].includes(document.querySelector(".app").dataset.digest), first);
  await page.waitForTimeout(500);
  const painted = await page.evaluate(() => window.painted);
  assert.ok(painted.length > 1, "the stage has grown");
  assert.ok(painted.every(Boolean), `the present is in view whenever it is painted: ${painted}`);
  await page.finish();
});

test("the present stands where it belongs, also where drawing takes its time", async () => {
  // By this clock it always does: Yew lets the browser paint between any two parts of the page.
  const before = () => {
    let now = 0;
    Date.now = () => (now += 20);
  };
  const page = await open(shared.browser, { path: "?autoplay=0", viewport: PHONE, before });
  await page.locator(".app[data-digest]").waitFor();
  for (const path of ["?t=320ms", "?scenario=raft-figure-7&t=5s", "?t=900ms", "?scenario=raft-slow-follower&t=2s"]) {
    const first = await digest(page);
    await page.evaluate((path) => {
      history.pushState(null, "", `${path}&autoplay=0`);
      dispatchEvent(new PopStateEvent("popstate"));
    }, path);
    await page.locator(`.app[data-digest]:not([data-digest="${first}"])`).waitFor();
    await page.waitForTimeout(300);
    const share = await page.evaluate(() => {
      const box = (selector) => document.querySelector(selector).getBoundingClientRect();
      const [top, bottom] = [box(".stage-heads").bottom, box(".stage").bottom];
      return (box(".now").top - top) / (bottom - top);
    });
    // What is said below the stage takes more lines or fewer on a phone, and comes a frame after the run.
    assert.ok(Math.abs(share - 0.7) < 0.01, `${path}: the present is at ${share} of the stage`);
  }
  await page.finish();
});
