// How fast the engines run in Chromium: message deliveries per second of five-node Raft under steady
// client load, with everything recorded and every invariant on. Part of `cargo xtask figures`.
//
// The engines are those of the npm package: the page's own program has no API.

import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { launch, open } from "./harness.mjs";

const scenario = {
  v: 1,
  protocol: "raft",
  seed: 1,
  cluster: [{ class: "server", count: 5 }],
  network: { latency: { fixed: { us: 500 } } },
  clients: { count: 4, operations: 1_000_000, window: 4, think_us: 0 },
};

const browser = await launch();
const page = await open(browser, { path: "?scenario=raft-first-election" });
await page.waitForTimeout(1_000);
const npm = fileURLToPath(new URL("../../target/npm/", import.meta.url));
// In the context, because the service worker asks for what the page asks for.
await page.context().route("**/npm/**", (route) => route.fulfill({ path: npm + basename(route.request().url()) }));
const rows = await page.evaluate(async (text) => {
  const { default: init, Playground } = await import(new URL("npm/synod.js", document.baseURI).href);
  await init();
  const rows = [];
  for (let round = 0; round < 5; round += 1) {
    const run = new Playground(text);
    const start = performance.now();
    // What clients were answered is judged at the end of each call, from the beginning: few calls, then.
    for (let ms = 1_000; run.deliveries() < 500_000; ms += 1_000) run.runUntil(ms);
    const seconds = (performance.now() - start) / 1_000;
    rows.push(`${(run.deliveries() / seconds / 1e6).toFixed(2)} M/s`);
    run.free();
  }
  return rows;
}, JSON.stringify(scenario));
console.log(`engines, 500,000 deliveries a round (goal 1 M/s): ${rows.join(", ")}`);
await browser.close();
