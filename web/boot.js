// Starts the program. The build writes the names of the hashed files into this script's own tag.
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
const addressOf = (path) => new URL(path, document.baseURI).href;
const query = new URLSearchParams(location.search);
/** Opening anything but a usual run takes the second part of the program: a link, what this tab noted, the gallery's. */
const opensMore = location.hash || history.state || ["scenario", "nodes", "view"].some((name) => query.has(name));
/** What somebody does before anything that takes it. */
const SIGNS = ["pointermove", "pointerdown", "keydown", "focusin", "wheel", "touchstart", "dragenter"];

let fetchRest;
try {
  const glue = await import(addressOf(js));
  // Only what `cargo xtask build` makes is in two parts.
  fetchRest = glue.fetchRest;
  // Meanwhile the browser loads the first part, as the page tells it to. Where this fails the program asks again,
  // and says what is wrong.
  if (opensMore) await fetchRest?.().catch(() => {});
  await glue.default({ module_or_path: addressOf(wasm) });
} catch (error) {
  const note = document.getElementById("boot-note");
  if (note) {
    note.textContent = "Synod could not start: this browser or network did not load its WebAssembly program.";
    note.setAttribute("role", "alert");
  }
  throw error;
}

const whole = new AbortController();
const makeWhole = () =>
  fetchRest?.().then(
    () => whole.abort(),
    // The next sign tries again.
    () => {},
  );
const { signal } = whole;
for (const sign of SIGNS) addEventListener(sign, makeWhole, { capture: true, passive: true, signal });

// A copy for times without a network; somebody else's page is no place for one.
if (window === window.top && !query.has("embed")) {
  const { serviceWorker } = navigator;
  // Where the browser has no such thing, or does not allow it here, the page works without.
  serviceWorker?.register(addressOf("sw.js")).catch(() => {});
  // The copy has both parts. Without a network the second comes from nowhere else, and not at once: the browser
  // never asks the worker for what a page waits for.
  if (serviceWorker?.controller) makeWhole();
  else serviceWorker?.addEventListener("controllerchange", makeWhole, { signal });
}
