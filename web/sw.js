// Keeps the page for times without a network.
//
// What the page loads carries a hash in its name and never changes; the page itself names it. So the page
// comes from the network while there is one, and what it names from the cache: no page ever gets another
// build's program. A page is kept when all that it names is there, so that an update which was cut short
// leaves the last one whole.

const HOME = new URL("./", location).href;
/** A network this slow counts as none, in milliseconds, where there is a copy. */
const PATIENCE_MS = 4000;

const isHashed = (address) => /-[0-9a-f]{8,}(_bg|_rest)?\.\w+$/.test(address);
const copies = () => caches.open(`synod ${HOME}`);

/** What a page loads from here. */
function named(html) {
  const paths = html.matchAll(/(?:src|href|data-js|data-wasm|data-rest)="?([^"\s>]+)/g);
  const addresses = new Set([...paths].map(([, path]) => new URL(path, HOME).href.split("#")[0]));
  return [...addresses].filter((address) => address.startsWith(HOME) && address !== HOME);
}

/** Keeps a page with all that it names, then lets go of what neither it nor the page before it needs. */
async function keep(page) {
  const [cache, html] = [await copies(), await page.text()];
  const wanted = named(html);
  // A host that is being mended answers with a page of its own, and not always as an error.
  if (!page.ok || !wanted.some((address) => address.endsWith(".wasm"))) throw new Error("this is not the page");
  const fetched = wanted.map(async (address) => {
    if (isHashed(address) && (await cache.match(address))) return null;
    const file = await fetch(address, { cache: isHashed(address) ? "force-cache" : "no-cache" });
    if (!file.ok) throw new Error(`${address}: ${file.status}`);
    return [address, file];
  });
  for (const found of await Promise.all(fetched)) if (found) await cache.put(...found);
  const last = await cache.match(HOME);
  const needed = new Set([HOME, ...wanted, ...(last ? named(await last.text()) : [])]);
  await cache.put(HOME, new Response(html, { headers: page.headers }));
  for (const { url } of await cache.keys()) if (!needed.has(url)) await cache.delete(url);
}

async function page(event) {
  const fresh = fetch(event.request).then((response) => {
    event.waitUntil(keep(response.clone()).catch(() => {}));
    return response;
  });
  const kept = await (await copies()).match(HOME);
  if (!kept) return fresh;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, kept));
  return Promise.race([fresh.catch(() => kept), late]);
}

async function file(request, address) {
  const kept = await (await copies()).match(address);
  if (kept && isHashed(address)) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

addEventListener("install", (event) => {
  const ready = async () => {
    await keep(await fetch(HOME, { cache: "no-cache" }));
    await skipWaiting();
  };
  event.waitUntil(ready());
});
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const address = request.url.split(/[?#]/)[0];
  if (request.method !== "GET" || !address.startsWith(HOME)) return;
  if (request.mode !== "navigate") event.respondWith(file(request, address));
  else if (address === HOME || address === `${HOME}index.html`) event.respondWith(page(event));
});
