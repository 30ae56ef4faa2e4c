// Figures of a long run in Chromium: how it opens, how it scrolls, what it holds, and how soon a first visit can
// be acted upon. No test, because they say as much about the machine and what else it does: `cargo xtask figures`.

import { loadavg } from "node:os";
import { deflateRawSync } from "node:zlib";
import { launch, open, tab } from "./harness.mjs";

// A little more than 100,000 events: `synod run` counts them.
const UNTIL = "36s";
const SCENARIO = {
  v: 1,
  protocol: "raft",
  seed: 1,
  cluster: [{ class: "server", count: 5 }],
  clients: { count: 2, operations: 1_000_000, window: 1, think_us: 0 },
};
const LINK = `?t=${UNTIL}&autoplay=0#v1:${deflateRawSync(JSON.stringify(SCENARIO)).toString("base64url")}`;
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
  // The run stands when its digest is said. The frame in which it came to stand is the last of the replay and
  // the whole of the opening: everything is drawn in it.
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (call) =>
    ask((now) => {
      const start = performance.now();
      call(now);
      queueMicrotask(() => {
        if (figures.opened !== undefined || !document.querySelector(".app[data-digest]")) return;
        figures.opened = 0;
        const { port1, port2 } = new MessageChannel();
        // After the frame was painted.
        port1.onmessage = () => (figures.opened = performance.now() - start);
        ask(() => port2.postMessage(0));
      });
    });
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

/**
 * What the page's thread computed in each frame while it scrolled, in milliseconds: the tasks between two calls for a
 * frame, by the thread's own clock, so that other work on the machine hardly counts.
 */
async function computed(page, client, options) {
  const events = [];
  const collect = ({ value }) => events.push(...value);
  client.on("Tracing.dataCollected", collect);
  const traceConfig = { includedCategories: ["devtools.timeline", "disabled-by-default-devtools.timeline"] };
  await client.send("Tracing.start", { traceConfig, transferMode: "ReportEvents" });
  await page.evaluate(scroll, options);
  const complete = new Promise((resolve) => client.once("Tracing.tracingComplete", resolve));
  await client.send("Tracing.end");
  await complete;
  client.off("Tracing.dataCollected", collect);
  const frames = events.filter(({ name }) => name === "FireAnimationFrame").toSorted((a, b) => a.ts - b.ts);
  const of = ({ pid, tid }) => pid === frames[0].pid && tid === frames[0].tid;
  const tasks = events.filter((event) => event.name === "RunTask" && event.ph === "X" && of(event));
  return frames.slice(1).map(({ ts }, i) => {
    const spent = tasks.filter((task) => frames[i].ts < task.ts + task.dur && task.ts + task.dur <= ts);
    return spent.reduce((sum, task) => sum + (task.tdur ?? task.dur), 0) / 1_000;
  });
}

const at = (times, percent) => times.toSorted((a, b) => a - b)[Math.floor(((times.length - 1) * percent) / 100)];
const ms = (number) => `${number.toFixed(1)} ms`;

async function opening(browser) {
  const page = await open(browser, { path: LINK, before: watch });
  await page.waitForFunction(() => window.figures.opened > 0, undefined, { timeout: 120_000 });
  const steps = Number(await page.locator(".app").getAttribute("data-steps"));
  const opened = await page.evaluate(() => window.figures.opened);
  console.log(`100,000 events in ${steps} steps are shown ${ms(opened)} after their replay (goal 50 ms)`);

  const client = await page.context().newCDPSession(page);
  const scrolled = async (what, selector) => {
    const options = { selector, frames: FRAMES, pixels: PIXELS };
    const end = () => page.evaluate((selector) => (document.querySelector(selector).scrollTop = 1e9), selector);
    await end();
    const lengths = await page.evaluate(scroll, options);
    await end();
    const times = await computed(page, client, options);
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
    // Every page has a profile of its own: nothing is in a cache.
    const page = await open(browser, { before: watch });
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
