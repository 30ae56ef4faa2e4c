// Figures of a long run in Chromium: how it opens, how it scrolls, what it holds, and how soon a first visit can
// be acted upon. No test, because they say as much about the machine and what else it does: `cargo xtask figures`.

import { loadavg } from "node:os";
import { launch, open, packed, siteUrl, tab } from "./harness.mjs";

// A little more than 100,000 events: `synod run` counts them.
const UNTIL = "36s";
const SCENARIO = {
  v: 1,
  protocol: "raft",
  seed: 1,
  cluster: [{ class: "server", count: 5 }],
  clients: { count: 2, operations: 1_000_000, window: 1, think_us: 0 },
};
const LINK = `?t=${UNTIL}&autoplay=0${packed(SCENARIO)}`;
/** So many frames are scrolled, each so many pixels on. */
const [FRAMES, PIXELS] = [150, 40];

/** Watches a page from its start; runs in the page. */
function watch() {
  window.figures = {};
  const { figures } = window;
  // The program's memory, which the heap of the scripts does not count.
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await original.apply(WebAssembly, given);
      const { exports } = made.instance ?? made;
      figures.memory = Object.values(exports).find((one) => one instanceof WebAssembly.Memory) ?? figures.memory;
      return made;
    };
  }
  // The first click that has an effect: what plays by itself is stopped as soon as it can be.
  const button = (name) => document.querySelector(`.bottom button[aria-label="${name}"]`);
  const untilStopped = () => {
    if (button("Play")) figures.acted = performance.now();
    else {
      button("Pause")?.click();
      requestAnimationFrame(untilStopped);
    }
  };
  requestAnimationFrame(untilStopped);
  // A run stands when its digest is said, and is drawn then. The page asks for the time before each piece of a replay,
  // so the last piece counts.
  let asked = 0;
  const clock = performance.now.bind(performance);
  performance.now = () => (asked = clock());
  new MutationObserver(() => {
    const digest = document.querySelector(".app[data-digest]")?.dataset.digest;
    if (!digest || digest === figures.digest) return;
    [figures.digest, figures.stood] = [digest, clock()];
    performance.measure("drawn", { start: asked });
  }).observe(document, { subtree: true, childList: true, attributeFilter: ["data-digest"] });
}

/** Scrolls what a selector finds, frame by frame, and gives the frames' lengths in milliseconds. Runs in the page. */
async function scroll({ selector, frames, pixels }) {
  const element = document.querySelector(selector);
  const frame = () => new Promise(requestAnimationFrame);
  let before = await frame();
  const lengths = [];
  for (let i = 0; i < frames; i++) {
    element.scrollTop -= pixels;
    const now = await frame();
    lengths.push(now - before);
    before = now;
  }
  return lengths;
}

/** What the browser notes of itself while something is done. */
async function traced(browser, act) {
  const categories = ["devtools.timeline", "disabled-by-default-devtools.timeline", "blink.user_timing"];
  await browser.startTracing(undefined, { categories });
  await act();
  return JSON.parse(await browser.stopTracing()).traceEvents;
}

const isOf = ({ pid, tid }) => (event) => event.pid === pid && event.tid === tid;

/**
 * What the page's thread computed in each frame while it scrolled, in milliseconds: the tasks between two calls for a
 * frame, by the thread's own clock, so that other work on the machine hardly counts.
 */
async function computed(browser, page, options) {
  const events = await traced(browser, () => page.evaluate(scroll, options));
  const frames = events.filter(({ name }) => name === "FireAnimationFrame").toSorted((a, b) => a.ts - b.ts);
  const tasks = events.filter(isOf(frames[0])).filter(({ name, ph }) => name === "RunTask" && ph === "X");
  return frames.slice(1).map(({ ts }, i) => {
    const spent = tasks.filter((task) => frames[i].ts < task.ts + task.dur && task.ts + task.dur <= ts);
    return spent.reduce((sum, task) => sum + (task.tdur ?? task.dur), 0) / 1_000;
  });
}

/**
 * A page in a profile of its own, in which nothing of the site was loaded or compiled before. A browser builds itself
 * beside the first page of a profile (in a process of its own, which takes a whole processor for a second or two): the
 * page comes when that is done, as it does for somebody who follows a link.
 */
async function fresh(browser) {
  const page = await open(browser, { path: "about:blank", before: watch });
  await page.waitForTimeout(3_000);
  return page;
}

const at = (times, percent) => times.toSorted((a, b) => a - b)[Math.floor(((times.length - 1) * percent) / 100)];
const ms = (number) => `${number.toFixed(1)} ms`;

/**
 * How long after the last piece of its replay a run that is opened is shown, in milliseconds: when the page's thread
 * has painted what it drew and gives it to be shown.
 */
async function shown(browser, act) {
  const events = await traced(browser, act);
  const drawn = events.findLast(({ name, ph }) => name === "drawn" && ph === "b");
  const end = events.findLast(({ name, ph }) => name === "drawn" && ph === "e").ts;
  const commits = events.filter(isOf(drawn)).filter(({ name, ts }) => name === "Commit" && ts >= end);
  const commit = commits.toSorted((a, b) => a.ts - b.ts)[0];
  return (commit.ts + commit.dur - drawn.ts) / 1_000;
}

async function opening(browser) {
  const [first, next, stood] = [[], [], []];
  let page;
  // Not asked in every frame, as is usual: that would be work in the frames that count.
  const stands = (digest) =>
    page.waitForFunction((digest) => ![undefined, digest].includes(window.figures.digest), digest, { polling: 100 });
  for (let round = 0; round < 5; round++) {
    await page?.finish();
    page = await fresh(browser);
    const visit = async () => {
      await page.goto(siteUrl(LINK));
      await stands();
      await page.waitForTimeout(200);
    };
    first.push(await shown(browser, visit));
    stood.push(await page.evaluate(() => window.figures.stood));
    const another = async () => {
      const link = packed({ ...SCENARIO, seed: 2 + round, view: { at_us: 36_000_000 } });
      const digest = await page.evaluate((link) => ((location.hash = link), window.figures.digest), link);
      await stands(digest);
      await page.waitForTimeout(200);
    };
    next.push(await shown(browser, another));
  }
  const steps = Number(await page.locator(".app").getAttribute("data-steps"));
  for (const [where, times] of [["in a new page", first], ["in a page that was in use", next]]) {
    console.log(
      `100,000 events in ${steps} steps are shown ${ms(at(times, 50))} after their replay ${where}, ` +
        `at worst ${ms(at(times, 100))} (goal 50 ms)`,
    );
  }

  console.log(`the page is opened and the run replayed after ${ms(at(stood, 50))}, at worst ${ms(at(stood, 100))}`);

  const client = await page.context().newCDPSession(page);
  const scrolled = async (what, selector) => {
    const options = { selector, frames: FRAMES, pixels: PIXELS };
    const end = () => page.evaluate((selector) => (document.querySelector(selector).scrollTop = 1e9), selector);
    await end();
    const lengths = await page.evaluate(scroll, options);
    await end();
    const times = await computed(browser, page, options);
    console.log(
      `${what}: half the frames are shorter than ${ms(at(lengths, 50))}, 95 % than ${ms(at(lengths, 95))} (goal 16.7 ms); ` +
        `computed in them ${ms(at(times, 50))} and ${ms(at(times, 95))}, at most ${ms(at(times, 100))}`,
    );
  };
  await scrolled("scrolling the diagram", ".stage");
  await tab(page, "Events");
  await page.locator(".event-row").first().waitFor();
  await scrolled("scrolling the list of events", ".side");

  await client.send("HeapProfiler.collectGarbage");
  const { usedSize } = await client.send("Runtime.getHeapUsage");
  const program = await page.evaluate(() => window.figures.memory.buffer.byteLength);
  const mb = (bytes) => (bytes / 1e6).toFixed(1);
  console.log(`memory: ${mb(usedSize + program)} MB, of which the program ${mb(program)} MB (goal 150 MB)`);
  await page.finish();
}

async function firstVisit(browser) {
  const times = [];
  for (let round = 0; round < 5; round++) {
    const page = await fresh(browser);
    await page.goto(siteUrl());
    await page.waitForFunction(() => window.figures.acted > 0, undefined, { timeout: 60_000 });
    times.push(await page.evaluate(() => window.figures.acted));
    await page.finish();
  }
  console.log(`first visit: the first click has an effect after ${ms(at(times, 50))}, at worst ${ms(at(times, 100))} (goal 1 s)`);
}

console.log(`load of the machine: ${loadavg().map((load) => load.toFixed(1)).join(", ")}`);
const browser = await launch();
try {
  await firstVisit(browser);
  await opening(browser);
} finally {
  await browser.close();
}
