// Taking a run away and bringing it back: links, snippets, files, reloads, and no network at all.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { PHONE, digest, now, open, openElected, press, sharedBrowser, shot, siteUrl, tab } from "./harness.mjs";

const shared = sharedBrowser();

const elected = (options) => openElected(shared.browser, options);

const dialog = (page) => page.locator("dialog[open]");
const textOf = (page, name) => dialog(page).getByRole("textbox", { name, exact: true }).inputValue();

/** Saves the run in a form, and gives the file's name and text. */
async function saved(page, form) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: new RegExp(`^${form}`) }).click(),
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

test("a link opened in a new tab shows the same diagram, and so do the pictures saved from both", async () => {
  const page = await elected();
  await press(page, "Crash S2");
  await press(page, "Step forward (→)");
  await page.locator(".head.down").waitFor();
  await press(page, "Share");
  const link = await textOf(page, "Link");
  const second = await open(shared.browser, { path: link, context: page.context() });
  await second.locator(`.app[data-digest="${await digest(page)}"]`).waitFor();
  await press(second, "Share");
  const [one, other] = [await diagram(page), await diagram(second)];
  assert.ok(one.length > 100, `${one.length} parts are in view`);
  assert.deepEqual(other, one);
  const [picture, again] = [await saved(page, "SVG"), await saved(second, "SVG")];
  assert.equal(again.content.toString(), picture.content.toString());
  await second.finish();
  await page.finish();
});

/** What of the diagram is in view: every text and every path, and where on the screen it is. */
const diagram = (page) =>
  page.locator(".stage").evaluate(async (stage) => {
    // What is left to be drawn comes with the next frames.
    for (let i = 0; i < 10; i++) await new Promise(requestAnimationFrame);
    const view = stage.getBoundingClientRect();
    const parts = [...stage.querySelectorAll("text, path, line, rect, circle")].filter((part) => {
      const { top, bottom } = part.getBoundingClientRect();
      return bottom > view.top && top < view.bottom;
    });
    return parts.map((part) => {
      const { x, y, width, height } = part.getBoundingClientRect();
      return [part.tagName, part.textContent, part.getAttribute("d"), ...[x, y, width, height].map(Math.round)].join(" ");
    });
  });

test("a link that programs may cut is warned of, wherever it is given", async () => {
  const page = await elected({ permissions: ["clipboard-read", "clipboard-write"] });
  // Crashes and restarts at times that no packing makes short.
  const commands = Array.from({ length: 600 }, (_, i) => ({
    at_us: 400_000 + i * 5_000 + ((i * 7_919) % 4_999),
    do: { [i % 2 ? "restart" : "crash"]: `S${1 + ((i >> 1) * i) % 5}` },
  }));
  await drop(page, "long.json", JSON.stringify({ v: 1, protocol: "raft", seed: 1, commands }));
  await page.waitForFunction(() => document.querySelector(".app").dataset.steps < 5);
  await press(page, "Share");
  const link = await textOf(page, "Link");
  assert.ok(link.length > 2_000, `${link.length} characters`);
  await dialog(page).getByText("cut links over 2,000 characters").waitFor();
  await press(page, "Close");
  await page.keyboard.press("c");
  await page.getByText("Long link copied").waitFor();
  await page.evaluate(() => { navigator.clipboard.writeText = () => Promise.reject(new Error("no")); });
  await page.keyboard.press("c");
  await dialog(page).getByText("cut links this long").waitFor();
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

/** Drops a file on the page. */
async function drop(page, name, text) {
  const data = await page.evaluateHandle(
    ([name, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([text], name));
      return data;
    },
    [name, text],
  );
  await page.dispatchEvent(".stage", "dragover", { dataTransfer: data });
  assert.ok(await page.locator(":root[data-drop]").count(), "the page says that it takes files");
  await page.dispatchEvent(".stage", "drop", { dataTransfer: data });
  assert.equal(await page.locator(":root[data-drop]").count(), 0);
}

test("a saved run opens again: dropped as JSON, chosen as a test file", async () => {
  const page = await elected({ path: "?protocol=raft&nodes=3&seed=9" });
  const [steps, before] = [await now(page), await digest(page)];
  await page.keyboard.press("s");
  const json = await saved(page, "Scenario");
  const script = await saved(page, "Test file");
  await page.finish();

  const other = await elected();
  assert.notEqual(await digest(other), before);
  await drop(other, json.name, json.content.toString());
  await other.locator(`.app[data-digest="${before}"]`).waitFor();
  assert.equal(await now(other), steps);
  await other.goBack();
  await other.waitForFunction(() => document.querySelectorAll(".head:not(.client)").length === 5);
  await other.keyboard.press("g");
  const chooser = other.waitForEvent("filechooser");
  await dialog(other).getByText("Open file", { exact: true }).click();
  await (await chooser).setFiles({ name: script.name, mimeType: "text/plain", buffer: script.content });
  await other.waitForFunction(() => document.querySelectorAll(".head:not(.client)").length === 3);
  await other.finish();
});

test("a file that does not open says why, and what was open stays", async () => {
  const page = await elected();
  const before = await digest(page);
  for (const [name, text, says] of [
    ["a.json", '{"v": 1, "protocol": "raft", "seed": 1, "commands": [{"at_us": 5, "do": {"crash": "S9"}}]}', /commands\[0\].*S9/s],
    ["b.synod", "protocol raft\nseed 1\nat noon crash S1\n", /line 3/],
    ["c.json", "{", /line 1|EOF/],
    ["d.txt", "", /nothing in it/],
  ]) {
    await drop(page, name, text);
    await dialog(page).getByText(name).waitFor();
    assert.match(await dialog(page).locator("pre").innerText(), says);
    await press(page, "Close");
    assert.equal(await digest(page), before);
  }
  await page.finish();
});

test("a reload loses nothing: not what was done, not the moment", async () => {
  const page = await elected({ path: "?scenario=raft-first-election" });
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowLeft");
  const moment = [await now(page), await digest(page)];
  await page.waitForTimeout(600);
  await page.reload();
  await page.locator(`.app[data-digest="${moment[1]}"]`).waitFor();
  assert.equal(await now(page), moment[0]);
  assert.match(page.url(), /\?scenario=raft-first-election$/, "the address is what was opened");
  await press(page, "Crash S2");
  await page.locator(".head.down").waitFor();
  assert.match(page.url(), /#v1:/, "now the address holds the run");
  const crashed = [await now(page), await digest(page)];
  await tab(page, "History");
  await page.locator(".speed select").selectOption("5");
  await page.keyboard.press("v");
  await page.waitForFunction(() => / both history 5 0(\n|$)/.test(history.state));
  await page.reload();
  await page.locator(`.app[data-digest="${crashed[1]}"]`).waitFor();
  await page.locator(".panel.history").waitFor();
  assert.equal(await page.locator(".ring").count(), 1, "and the page is as it was");
  assert.equal(await page.locator(".speed select").inputValue(), "5");
  assert.equal(await now(page), crashed[0]);
  assert.equal(await page.locator(".head.down").count(), 1);

  // The way back leads to the run as it was left.
  await page.keyboard.press("g");
  await page.locator(".entry").nth(2).click();
  await page.waitForFunction((digest) => document.querySelector(".app").dataset.digest !== digest, crashed[1]);
  await page.goBack();
  await page.locator(`.app[data-digest="${crashed[1]}"]`).waitFor();
  await page.finish();
});

test("an embed notes nothing with its history", async () => {
  const page = await open(shared.browser, { path: "?embed=1&scenario=raft-first-election&autoplay=0" });
  const before = page.url();
  await page.getByRole("button", { name: /Step forward/ }).click();
  await page.waitForTimeout(700);
  assert.deepEqual([page.url(), await page.evaluate(() => history.state)], [before, null]);
  await page.finish();
});
