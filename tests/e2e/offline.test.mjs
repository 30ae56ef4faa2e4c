// Without a network, and with a new build while the old one is open.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { open, sharedBrowser, siteUrl } from "./harness.mjs";

const shared = sharedBrowser();

const kept = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
const plays = (page) => page.locator(".head.lead").waitFor({ state: "attached", timeout: 20_000 });

test("after the first visit the page works offline", async () => {
  const page = await open(shared.browser);
  assert.ok(await kept(page));
  await page.context().setOffline(true);
  await page.reload();
  await plays(page);
  await page.goto(siteUrl("?scenario=paxos-happy-path"));
  await page.locator(".app[data-state=run]").waitFor();
  await page.finish();
});

test("an embed keeps no copy", async () => {
  const page = await open(shared.browser, { path: "?embed=1" });
  await page.locator(".app[data-state=run]").waitFor();
  await page.waitForTimeout(500);
  assert.equal(await page.evaluate(() => navigator.serviceWorker.getRegistrations().then((all) => all.length)), 0);
  await page.finish();
});

/** Serves the site, as the build it is or as a later one: with other names for the program's files. */
async function changingSite() {
  // `away`: the status of the answer while the site is being mended.
  const site = { build: "", away: 0, server: undefined, address: "" };
  const rename = (html) => html.replaceAll(/(synod-web-[0-9a-f]+)/g, `$1${site.build}`);
  site.server = createServer(async (request, response) => {
    let path = new URL(request.url, "http://host").pathname.slice(1);
    const isProgram = path.startsWith("synod-web-");
    // The files of other builds are gone.
    const isOurs = !isProgram || /synod-web-[0-9a-f]+?(0{8}\d)?(_bg|_rest)?\.\w+$/.exec(path)?.[1] === (site.build || undefined);
    path = isProgram && site.build ? path.replace(site.build, "") : path;
    const found = isOurs ? await fetch(siteUrl(path)) : { ok: false, status: 404, headers: new Headers() };
    let body = found.ok ? Buffer.from(await found.arrayBuffer()) : Buffer.alloc(0);
    if (path === "") body = Buffer.from(site.away ? "<!doctype html><p>Back soon</p>" : rename(body.toString()));
    const headers = Object.fromEntries(["content-type", "content-security-policy"].map((name) => [name, found.headers.get(name) ?? ""]));
    response.writeHead(path === "" && site.away ? site.away : found.status, headers);
    response.end(body);
  });
  await new Promise((listening) => site.server.listen(0, "127.0.0.1", listening));
  site.address = `http://127.0.0.1:${site.server.address().port}/`;
  return site;
}

test("a new build takes over whole, and the copy follows", async () => {
  const site = await changingSite();
  const context = await shared.browser.newContext();
  const page = await context.newPage();
  const program = () => page.evaluate(() => Object.values({ ...document.querySelector("script[data-wasm]").dataset }).join());
  try {
    await page.goto(site.address);
    await plays(page);
    await kept(page);
    const first = await program();
    site.build = "000000001";
    await page.reload();
    await plays(page);
    const second = await program();
    assert.notEqual(second, first);
    assert.equal(second.match(/000000001/g).length, 3, "both parts of the program and the glue are of one build");
    // The copy is made behind the page's back.
    await page.waitForFunction(async () => {
      const keys = await (await caches.open((await caches.keys())[0])).keys();
      const html = await (await caches.match(new URL("./", location).href)).text();
      return html.includes("000000001") && keys.length > 5;
    });
    await context.setOffline(true);
    await page.reload();
    await plays(page);
    assert.equal(await program(), second);
  } finally {
    await context.close();
    site.server.close();
  }
});

test("what a host says while it is being mended is not kept", async () => {
  const site = await changingSite();
  const context = await shared.browser.newContext();
  const page = await context.newPage();
  try {
    await page.goto(site.address);
    await plays(page);
    await kept(page);
    for (const status of [200, 503]) {
      site.away = status;
      await page.goto(site.address);
      await page.getByText("Back soon").waitFor();
      await page.waitForTimeout(500);
      await context.setOffline(true);
      await page.reload();
      await plays(page);
      await context.setOffline(false);
    }
  } finally {
    await context.close();
    site.server.close();
  }
});
