// The second part of the program, which the page fetches when somebody acts in it (`xtask/src/split` says what is in
// it). The build writes these lines behind the glue that wasm-bindgen makes: `wasm` and `__wbg_get_imports` are its.

const REST = new URL(document.querySelector("script[data-rest]").dataset.rest, document.baseURI).href;
/** After a failure it is not asked for again so soon, in milliseconds. */
const PAUSE_MS = 2000;

/** The program knows this error by its name (`web/src/crash.rs`). */
const missing = (why) => Object.assign(new Error(why), { name: "MissingPart" });

let isWhole = false;
let module;
let fetching;

/** Puts the second part into its place. Once: its data would be written over what has changed since. */
function join() {
  if (isWhole || !module || !wasm) return;
  new WebAssembly.Instance(module, { ...__wbg_get_imports(), first: wasm });
  isWhole = true;
}

/** Fetches the second part ahead of need; who asks again meanwhile gets the same. */
export function fetchRest() {
  const fetched = async () => {
    const file = await fetch(REST);
    if (!file.ok) throw new Error(`${REST}: ${file.status}`);
    module ??= await WebAssembly.compile(await file.arrayBuffer());
    join();
  };
  if (!fetching) {
    fetching = fetched();
    fetching.catch(() => setTimeout(() => (fetching = undefined), PAUSE_MS));
  }
  return fetching;
}

/**
 * What the program calls when it needs the second part at once: a call cannot wait, so the page does.
 * Where the network fails, the program cannot go on, and says so as it does for every other error.
 */
function loadRest() {
  if (!module) {
    const request = new XMLHttpRequest();
    // The only way to get bytes without waiting for them is as letters.
    request.overrideMimeType("text/plain; charset=x-user-defined");
    try {
      request.open("GET", REST, false);
      request.send();
    } catch (error) {
      throw missing(error.message);
    }
    if (request.status !== 200) throw missing(`the server answered ${request.status}`);
    module = new WebAssembly.Module(Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0)));
  }
  join();
}
