// @ts-check
// Runs an experiment with Synod's JavaScript API and shows what came of it.
//
// A bundler finds "synod-playground" by its name; without one, the address in node_modules does.

import init, { Playground } from "./node_modules/synod-playground/synod.js";

/** How long each election may take, in virtual milliseconds. */
const PATIENCE_MS = 2000;
const SERVERS = ["S1", "S2", "S3", "S4", "S5"];

/** @param {string} id */
function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no element ${id}`);
  return element;
}

/**
 * Lets a run go on until some server leads, and names it.
 * @param {Playground} run
 */
function awaitLeader(run) {
  const end = run.now() + PATIENCE_MS;
  while (run.now() < end && run.step()) {
    const leader = SERVERS.find((name) => run.node(name)?.role === "Leader");
    if (leader) return leader;
  }
  return undefined;
}

/** @param {string} seed */
function experiment(seed) {
  const run = new Playground(`?protocol=raft&nodes=${SERVERS.length}&seed=${seed}`);
  try {
    const first = awaitLeader(run);
    if (!first) throw new Error("nobody was elected");
    run.command({ crash: first });
    const crashedAt = run.now();
    const second = awaitLeader(run);
    const tookMs = run.now() - crashedAt;
    // A little longer, so that the picture shows the new leader at work.
    run.runUntil(run.now() + 30);
    return {
      first,
      second,
      tookMs,
      elections: run.events(0).filter(({ kind }) => kind === "role_changed"),
      violations: run.violations(),
      svg: run.svg(),
      link: run.link(),
    };
  } finally {
    run.free();
  }
}

/** @param {string} seed */
function show(seed) {
  const { first, second, tookMs, elections, violations, svg, link } = experiment(seed);
  const took = `${Math.round(tookMs)} ms after the crash of ${first}`;
  const fallen = violations.map(({ invariant, detail }) => `${invariant}: ${detail}`).join("; ");
  byId("answer").textContent = `${second ?? "Nobody"} leads, ${took}. ${fallen || "Every invariant held."} `;
  const open = document.createElement("a");
  open.href = `https://synod.example/${link}`;
  open.textContent = "Open this run in the playground";
  byId("answer").append(open);

  const picture = new Image();
  picture.alt = `Sequence diagram of the run under seed ${seed}`;
  picture.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  byId("diagram").replaceChildren(picture);

  byId("events").replaceChildren(
    ...elections.map(({ at_us, place, text }) => {
      const item = document.createElement("li");
      item.textContent = `${(at_us / 1000).toFixed(1)} ms, ${place}: ${text}`;
      return item;
    }),
  );
}

await init();
const seed = /** @type {HTMLInputElement} */ (byId("seed"));
byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  show(seed.value);
});
show(seed.value);
