// The custom element in pages that documentation tools made: `cargo xtask docs-sites`, which sets
// SYNOD_URL (the playground's address) and SYNOD_<TOOL> (the folder of each built site).

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { test } from "node:test";
import { DESKTOP, PHONE, sharedBrowser, shot } from "../e2e/harness.mjs";

/** Each tool's page, and how its reader goes from light to dark. */
const SITES = [
  {
    tool: "mdbook",
    page: "election.html",
    async darken(page) {
      await page.locator("#mdbook-theme-toggle").click();
      await page.locator("#mdbook-theme-navy").click();
    },
  },
  { tool: "mkdocs", page: "index.html", darken: (page) => page.getByTitle("Switch to dark mode").click() },
  {
    tool: "vitepress",
    page: "index.html",
    darken: (page) => page.locator(".VPNavBarAppearance").getByRole("switch").click(),
  },
];

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

const shared = sharedBrowser();

/** Serves a folder at the root of an origin of its own, as the sites' tools expect by default, during a test. */
async function serve(context, folder) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://host").pathname));
    try {
      const content = await readFile(join(folder, path.endsWith("/") ? `${path}index.html` : path));
      response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" });
      response.end(content);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${server.address().port}/`;
}

async function visit(address, options) {
  const context = await shared.browser.newContext({ viewport: DESKTOP, colorScheme: "light", ...options });
  const page = await context.newPage();
  page.troubles = [];
  page.on("pageerror", (error) => page.troubles.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !/favicon/.test(message.location().url)) page.troubles.push(message.text());
  });
  // The element's events, by the element that they come from.
  await page.addInitScript(() => {
    window.heard = [];
    for (const name of ["ready", "state", "violation"]) {
      addEventListener(`synod-${name}`, (event) => heard.push({ of: event.target.id, name, ...event.detail }));
    }
  });
  await page.goto(address);
  page.finish = async () => {
    assert.deepEqual(page.troubles, []);
    await context.close();
  };
  return page;
}

const heard = (page, what) =>
  page.waitForFunction((what) => window.heard.some((it) => Object.entries(what).every(([name, is]) => it[name] === is)), what);

for (const { tool, page: path, darken } of SITES) {
  const folder = () => {
    const folder = process.env[`SYNOD_${tool.toUpperCase()}`];
    assert.ok(folder, "run this with `cargo xtask docs-sites`");
    return folder;
  };

  test(`${tool}: the run plays in the page`, async (t) => {
    const site = await serve(t, folder());
    const page = await visit(site + path);
    await heard(page, { of: "election", name: "ready" });
    const frame = page.frameLocator("#election iframe");
    await frame.getByRole("button", { name: "Pause" }).waitFor();
    await page.waitForFunction(() => heard.some(({ of, ms }) => of === "election" && ms > 150));
    assert.ok(!(await page.locator("#election img").isVisible()), "the run took the picture's place");
    await shot(page, `${tool}-light`);

    await page.locator("#two-votes").scrollIntoViewIfNeeded();
    await heard(page, { of: "two-votes", name: "ready" });
    await page.frameLocator("#two-votes iframe").getByRole("button", { name: "Play", exact: true }).click();
    await heard(page, { of: "two-votes", name: "violation", invariant: "One Vote per Epoch" });
    await shot(page, `${tool}-violation`);
    await page.finish();
  });

  test(`${tool}: the run follows the site's own theme switch`, async (t) => {
    const site = await serve(t, folder());
    const page = await visit(site + path);
    await heard(page, { of: "election", name: "ready" });
    const root = page.frameLocator("#election iframe").locator("html");
    assert.equal(await root.getAttribute("data-theme"), "light");
    await darken(page);
    await page.frameLocator("#election iframe").locator('html[data-theme="dark"]').waitFor();
    await page.waitForFunction(() => heard.some(({ of, ms }) => of === "election" && ms > 150));
    await shot(page, `${tool}-dark`);
    await page.finish();
  });

  test(`${tool}: the page fits a phone`, async (t) => {
    const site = await serve(t, folder());
    const page = await visit(site + path, { viewport: PHONE, hasTouch: true });
    await page.locator("#election").scrollIntoViewIfNeeded();
    await heard(page, { of: "election", name: "ready" });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} pixels too wide`);
    await shot(page, `${tool}-phone`);
    await page.finish();
  });

  test(`${tool}: without scripts the picture stands in the page`, async (t) => {
    const site = await serve(t, folder());
    const page = await visit(site + path, { javaScriptEnabled: false });
    const picture = page.locator("#election img");
    assert.ok(await picture.isVisible());
    assert.ok((await picture.evaluate((img) => img.naturalWidth)) > 0, "it is loaded");
    await shot(page, `${tool}-no-script`);
    await page.finish();
  });
}
