// Taking a run away and bringing it back: links, snippets, files, reloads, and no network at all.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { PHONE, open, sharedBrowser, shot, siteUrl } from "./harness.mjs";

const shared = sharedBrowser();

const now = async (page) => Number(await page.locator(".app").getAttribute("data-steps"));
const digest = (page) => page.locator(".app[data-digest]").getAttribute("data-digest");
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

/** Opens the usual run and lets it elect somebody. */
async function elected(options = {}) {
  const page = await open(shared.browser, options);
  await page.locator(".head.lead").waitFor({ state: "attached", timeout: 20_000 });
  await press(page, "Pause");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  return page;
}

const dialog = (page) => page.locator("dialog[open]");
const textOf = (page, name) => dialog(page).getByRole("textbox", { name, exact: true }).inputValue();

/** Saves the run in a form, and gives the file's name and text. */
async function saved(page, form) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: `Save as ${form}` }).click(),
  ]);
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

test("the share menu gives the link, and snippets that open the same run", async () => {
  const page = await elected({ permissions: ["clipboard-read", "clipboard-write"] });
  const [steps, before] = [await now(page), await digest(page)];
  await press(page, "Share");
  const link = await textOf(page, "Link");
  assert.match(await dialog(page).locator(".about").first().innerText(), new RegExp(`^${link.length} characters.*${before}`, "s"));
  assert.equal(await dialog(page).locator(".long").count(), 0, "a short link needs no warning");
  await shot(page, "share");
  await press(page, "Copy: Link");
  await dialog(page).getByText("Copied").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
  assert.ok((await textOf(page, "Markdown")).endsWith(`](${link})`));
  const frame = await textOf(page, "Frame (iframe)");
  const src = await page.evaluate((html) => {
    const parsed = new DOMParser().parseFromString(html, "text/html").querySelector("iframe");
    return parsed.title && parsed.getAttribute("src");
  }, frame);
  assert.ok(src.startsWith(siteUrl("?embed=1#v1:")), src);
  const element = await page.evaluate((html) => {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    return [parsed.querySelector("script").src, parsed.querySelector("synod-playground").getAttribute("scenario")];
  }, await textOf(page, "Custom element"));
  assert.deepEqual(element, [siteUrl("embed.js"), new URL(link).hash]);
  for (const address of [link, src]) {
    const second = await open(shared.browser, { path: address, context: page.context() });
    await second.locator(`.app[data-digest="${before}"]`).waitFor();
    assert.equal(await now(second), steps);
    await second.finish();
  }
  await page.finish();
});

test("a run is saved in every form, by menu and key", async () => {
  const page = await elected({ path: "?scenario=raft-first-election" });
  await page.keyboard.press("s");
  const starts = {
    Scenario: /^\{\n {2}"v": 1,/,
    "Test file": /^[^]*protocol raft\n[^]*\n----\n/,
    SVG: /^<svg xmlns=/,
    Mermaid: /^sequenceDiagram/m,
    PlantUML: /^@startuml/,
    NDJSON: /^\{"v":1,"protocol":"raft"/,
    ShiViz: /\(\?<host>|"S1":1/,
    Perfetto: /^\{"traceEvents":\[/,
  };
  for (const [form, start] of Object.entries(starts)) {
    const { name, content } = await saved(page, form);
    assert.match(name, /^raft-first-election-at-\d+ms\.[a-z.]+$/);
    assert.match(content.toString(), start, form);
    await page.getByText(`${name} is in your downloads`).waitFor();
  }
  const { name, content } = await saved(page, "PNG");
  assert.match(name, /\.png$/);
  assert.equal(content.subarray(1, 4).toString(), "PNG");
  assert.ok(content.readUInt32BE(16) >= 1_000, "it is wide enough to read");
  await page.finish();
});

test("where the browser copies nothing, the texts can be selected", async () => {
  const page = await elected({ viewport: PHONE, colorScheme: "dark" });
  await page.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error("no")); });
  await press(page, "Share");
  await press(page, "Copy: Markdown");
  await dialog(page).getByText("select the text and copy it by hand").waitFor();
  const wide = await page.evaluate(() => document.querySelector(".dialog-body").scrollWidth - document.querySelector(".dialog-body").clientWidth);
  assert.ok(wide <= 0, `${wide} px too wide`);
  await shot(page, "share-phone");
  await page.finish();
});
