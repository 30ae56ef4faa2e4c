// Starts the program. The build writes the names of the hashed files into this script's own tag.
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;
const addressOf = (path) => new URL(path, document.baseURI).href;

try {
  const { default: init } = await import(addressOf(js));
  await init({ module_or_path: addressOf(wasm) });
} catch (error) {
  const note = document.getElementById("boot-note");
  if (note) {
    note.textContent = "Synod could not start: this browser or network did not load its WebAssembly program.";
    note.setAttribute("role", "alert");
  }
  throw error;
}

// A copy for times without a network; somebody else's page is no place for one.
if (window === window.top && !new URLSearchParams(location.search).has("embed")) {
  // Where the browser has no such thing, or does not allow it here, the page works without.
  navigator.serviceWorker?.register(addressOf("sw.js")).catch(() => {});
}
