// Inside other people's pages: the custom element, and a bare iframe in a sandbox.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { DESKTOP, sharedBrowser, shot, siteUrl } from "./harness.mjs";

const shared = sharedBrowser();
const host = { pages: new Map(), server: undefined };

before(async () => {
  host.server = createServer((request, response) => {
    const page = host.pages.get(new URL(request.url, "http://host").pathname);
    response.writeHead(page ? 200 : 404, { "content-type": "text/html; charset=utf-8" });
    response.end(page ?? "");
  });
  await new Promise((listening) => host.server.listen(0, "127.0.0.1", listening));
});
after(() => host.server.close());

/** Opens a page of another origin than the playground's, with a body of its own. */
async function visit(path, body, style = "") {
  const html = `<!doctype html><html lang="en"><title>Notes</title><style>body{margin:24px}${style}</style>
    <script>window.heard = []; for (const name of ["ready", "state", "violation", "error"])
      addEventListener("synod-" + name, (event) => heard.push([event.target.id, name, event.detail]));</script>
    <script src="${siteUrl("embed.js")}" defer></script><body>${body}</body></html>`;
  host.pages.set(path, html);
  const context = await shared.browser.newContext({ viewport: DESKTOP });
  const page = await context.newPage();
  page.troubles = [];
  page.on("pageerror", (error) => page.troubles.push(error.message));
  page.on("console", (message) => {
    // The browser asks every site for an icon.
    if (message.type() === "error" && !/favicon/.test(message.location().url)) page.troubles.push(message.text());
  });
  // Another origin of the same site: the browser denies others' frames all storage, which would hide what they keep.
  await page.goto(`http://${new URL(siteUrl()).hostname}:${host.server.address().port}${path}`);
  page.finish = async () => {
    assert.deepEqual(page.troubles, []);
    await context.close();
  };
  return page;
}

const frameOf = (page, id) => page.frameLocator(`#${id} iframe`);
const state = (page, id) =>
  page.evaluate((id) => heard.filter(([of, name]) => of === id && name !== "violation").at(-1)?.[2], id);
const until = (page, id, what) =>
  page.waitForFunction(
    ([id, what]) => heard.some(([of, name, detail]) => of === id && new Function("name", "d", `return ${what}`)(name, detail)),
    [id, what],
  );

test("two embeds on a page of another origin play, step and seek by themselves", async () => {
  const page = await visit(
    "/two",
    `<synod-playground id="a" scenario="raft-first-election" autoplay="0"></synod-playground>
     <synod-playground id="b" protocol="paxos" seed="7" autoplay="0" height="300"></synod-playground>`,
  );
  await until(page, "a", 'name === "ready"');
  await until(page, "b", 'name === "ready"');
  assert.equal((await state(page, "a")).playing, false);
  await page.evaluate(() => document.querySelector("#a").step(5));
  await until(page, "a", "d.steps === 6");
  assert.equal((await state(page, "b")).steps, 1, "the other stands where it stood");
  await page.evaluate(() => document.querySelector("#a").seek(400));
  await until(page, "a", "d.ms > 300 && !d.playing && d.digest");
  await page.evaluate(() => document.querySelector("#b").play());
  await until(page, "b", "d.playing && d.ms > 0");
  await page.evaluate(() => document.querySelector("#b").pause());
  await until(page, "b", "!d.playing && d.ms > 0 && d.digest");
  const heights = await page.evaluate(() => ["#a", "#b"].map((id) => document.querySelector(id).offsetHeight));
  assert.deepEqual(heights, [480, 300], "each is as tall as it asked to be");
  await shot(page, "embed-two");
  await page.finish();
});

test("a run stepped in an embed is the run of the page, bit for bit", async () => {
  const page = await visit("/same", `<synod-playground id="a" scenario="paxos-happy-path" t="200ms" autoplay="0"></synod-playground>`);
  await until(page, "a", "d.ms === 200 && d.digest");
  const { digest } = await state(page, "a");
  const [popup] = await Promise.all([
    page.waitForEvent("popup"),
    frameOf(page, "a").getByRole("button", { name: /Open in playground/ }).click(),
  ]);
  const opened = popup.locator(`[data-digest="${digest}"]`);
  await opened.waitFor();
  assert.match(popup.url(), /#v1:/, "the link carries the run");
  await page.finish();
});

test("an embed leaves its host's address and history alone", async () => {
  const page = await visit("/quiet", `<synod-playground id="a" scenario="raft-first-election"></synod-playground>`);
  const before = await page.evaluate(() => [location.href, history.length]);
  await until(page, "a", "d.ms > 50");
  await frameOf(page, "a").getByRole("button", { name: "Pause" }).click();
  await frameOf(page, "a").getByRole("button", { name: /Step back/ }).click();
  assert.deepEqual(await page.evaluate(() => [location.href, history.length]), before);
  await page.finish();
});

test("no key of the page leaves a trace in the host, or makes the frame another page", async () => {
  // Not in a sandbox: the frame could write, and its own storage is one with the playground's.
  const page = await visit("/keys", `<iframe id="f" width="900" height="480" title="Synod" src="${siteUrl("?embed=1&scenario=raft-first-election")}"></iframe>`);
  const frame = page.frames().find((frame) => frame.url().includes("embed=1"));
  await frame.locator(".app[data-steps]").waitFor();
  const traces = async () => [
    await page.evaluate(() => [location.href, history.length]),
    await frame.evaluate(() => [location.href, history.state, Object.keys(localStorage), Object.keys(sessionStorage)]),
  ];
  const before = await traces();
  assert.deepEqual(before[1].slice(1), [null, [], []]);
  const keys = ["g", "s", "?", "t", "v", "c", "x", "k", "r", "u", ".", ",", "+", "-", "n", "p", "[", "]", "1", "Home", "End", "Enter", "Escape", "Delete"];
  keys.push("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Space", "Shift+Enter", "Shift+U", "Shift+ArrowLeft", "Shift+ArrowRight");
  keys.push("Control+z", "Control+y", "Control+Shift+z", "Alt+ArrowUp");
  // First where nothing has the focus, then in the diagram, then on the head of a lane.
  for (const at of ["body", ".stage", ".head"]) {
    for (const key of keys) {
      await frame.evaluate((at) => (document.activeElement.blur(), document.querySelector(at).focus()), at);
      await page.keyboard.press(key);
      const dialog = await frame.evaluate(() => document.querySelector("dialog[open]")?.ariaLabel ?? "none");
      assert.match(dialog, /^(none|Partition the network|Link to this moment)$/, `${key} opens it`);
      if (dialog !== "none") await page.keyboard.press("Escape");
    }
  }
  await page.waitForTimeout(600);
  assert.deepEqual(await traces(), before);
  assert.equal(await frame.locator(".app.embed").count(), 1);
  assert.equal(await frame.locator("html").getAttribute("data-theme"), "auto");
  page.troubles = page.troubles.filter((trouble) => !/clipboard/i.test(trouble));
  await page.finish();
});

test("an embed whose link is bad says so, and leads nowhere", async () => {
  const page = await visit("/bad", `<iframe id="f" width="900" height="480" title="Synod" src="${siteUrl("?embed=1&scenario=no-such-run")}"></iframe>`);
  const frame = page.frameLocator("#f");
  await frame.getByRole("heading", { name: "This link does not open" }).waitFor();
  assert.equal(await frame.locator("button, a, input").count(), 0);
  await page.finish();
});

test("an element whose scenario or link is bad shows what is wrong, and tells the host", async () => {
  const bad = { a: 'scenario="no-such-run"', b: 'scenario="#v1:%%%" height="200"', c: 'nodes="99"', d: 'view="foo"' };
  const embeds = Object.entries(bad).map(([id, attribute]) => `<synod-playground id="${id}" ${attribute}><p>A picture</p></synod-playground>`);
  const page = await visit("/bad-element", embeds.join(""));
  for (const id of Object.keys(bad)) {
    await page.evaluate((id) => document.getElementById(id).scrollIntoView(), id);
    await until(page, id, 'name === "error" && d.message');
    await frameOf(page, id).locator(".app.embed").getByRole("heading", { name: "This link does not open" }).waitFor();
    assert.equal(await page.locator(`#${id} iframe`).evaluate((frame) => getComputedStyle(frame).visibility), "visible", id);
    assert.ok(!(await page.locator(`#${id} p`).isVisible()), id);
  }
  // Another scenario is another chance.
  await page.evaluate(() => document.querySelector("#a").setAttribute("scenario", "raft-first-election"));
  await until(page, "a", 'name === "ready"');
  await page.finish();
});

test("until an embed is there, its fallback can be clicked", async () => {
  host.pages.set("/silent", "<p>Loading</p>");
  const page = await visit(
    "/fallback",
    `<synod-playground id="a" src="http://localhost:${host.server.address().port}/silent"><a id="link" href="#clicked" style="display:block;height:300px">A picture</a></synod-playground>`,
  );
  await page.locator("#link").click({ timeout: 3_000 });
  assert.match(page.url(), /#clicked$/);
  await page.finish();
});

test("the script can stand in a page twice, as two pasted snippets have it", async () => {
  const script = `<script src="${siteUrl("embed.js")}"></script>`;
  const page = await visit("/twice", `${script}<synod-playground id="a" autoplay="0"></synod-playground>${script}`);
  await until(page, "a", 'name === "ready"');
  await page.finish();
});

test("the script can be a module", async () => {
  const page = await visit("/module", `<synod-playground id="a" autoplay="0"></synod-playground>`);
  host.pages.set("/module", host.pages.get("/module").replace(" defer>", ' type="module">'));
  // A file of another origin is a module where its host allows it.
  await page.route(siteUrl("embed.js"), async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "access-control-allow-origin": "*" } });
  });
  await page.reload();
  await until(page, "a", 'name === "ready"');
  await page.finish();
});

test("before an embed is there, its host's colours may change for ever; it comes in the last", async () => {
  const page = await visit(
    "/restless",
    `<script>window.themes = 0;
       addEventListener("message", ({ data }) => { if (data.got === "theme") themes += 1; });</script>
     <div style="height:4000px">far</div><synod-playground id="a" autoplay="0"></synod-playground>`,
    "html{background:#fff}html.night{background:#101418}",
  );
  await page.route("**/*_bg.wasm", async (route) => {
    await page.frames()[1].evaluate(() => {
      addEventListener("message", ({ data }) => { if (data.synod === "theme") parent.postMessage({ got: "theme" }, "*"); });
    });
    await page.evaluate(async () => {
      for (let i = 0; i < 51; i += 1) {
        document.documentElement.classList.toggle("night");
        await new Promise((later) => setTimeout(later, 2));
      }
    });
    await route.continue();
  });
  await page.evaluate(() => document.querySelector("#a").scrollIntoView());
  await until(page, "a", 'name === "ready"');
  await frameOf(page, "a").locator('html[data-theme="dark"]').waitFor();
  assert.equal(await page.evaluate(() => themes), 1);
  await page.finish();
});

test("a file dragged over an embed is none of its business", async () => {
  const page = await visit("/drag", `<iframe id="f" width="900" height="480" title="Synod" src="${siteUrl("?embed=1&autoplay=0")}"></iframe>`);
  const frame = page.frames().find((frame) => frame.url().includes("embed=1"));
  await frame.locator(".app[data-steps]").waitFor();
  const taken = await frame.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["{}"], "run.json"));
    const drag = new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true });
    document.querySelector(".stage").dispatchEvent(drag);
    return [drag.defaultPrevented, document.documentElement.hasAttribute("data-drop")];
  });
  assert.deepEqual(taken, [false, false]);
  await page.finish();
});

test("what is said about a message goes when the pointer leaves the frame", async () => {
  const page = await visit(
    "/leave",
    `<iframe id="f" width="900" height="480" title="Synod" src="${siteUrl("?embed=1&scenario=raft-first-election&t=170ms&autoplay=0")}"></iframe>`,
  );
  const frame = page.frameLocator("#f");
  await frame.locator(".app[data-digest]").waitFor();
  const box = await frame.locator(".arrow .hit").last().boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await frame.locator(".tip").waitFor();
  await page.mouse.move(1200, 700);
  await frame.locator(".tip").waitFor({ state: "detached", timeout: 3_000 });
  assert.equal(await frame.locator(".cone").count(), 0);
  await page.finish();
});

test("an embed is not loaded before it is near, and shows its fallback until then", async () => {
  const page = await visit(
    "/lazy",
    `<div style="height:4000px">far</div><synod-playground id="a" scenario="raft-first-election"><p id="still">A picture</p></synod-playground>`,
  );
  assert.ok(await page.locator("#still").isVisible());
  assert.deepEqual(await page.evaluate(() => [heard, performance.getEntriesByType("resource").length]), [[], 1]);
  await page.evaluate(() => document.querySelector("#a").scrollIntoView());
  await until(page, "a", 'name === "ready"');
  assert.ok(!(await page.locator("#still").isVisible()), "the run took the picture's place");
  await page.finish();
});

test("an embed follows the colours of its host", async () => {
  const page = await visit(
    "/theme",
    `<synod-playground id="a" scenario="raft-first-election" autoplay="0"></synod-playground>`,
    "html{background:#fff}html.night{background:#101418}",
  );
  await until(page, "a", 'name === "ready"');
  const root = frameOf(page, "a").locator("html");
  assert.equal(await root.getAttribute("data-theme"), "light");
  await page.evaluate(() => document.documentElement.classList.add("night"));
  await frameOf(page, "a").locator('html[data-theme="dark"]').waitFor();
  const ground = await root.evaluate((html) => getComputedStyle(html.ownerDocument.body).backgroundColor);
  assert.equal(ground, "rgb(26, 30, 37)", "and is painted in them");
  await page.finish();
});

test("whatever way the host's colour is written, light is light and dark is dark", async () => {
  const grounds = {
    "oklch(1 0 0)": "light",
    "oklch(0.2 0.02 250)": "dark",
    "color(srgb 1 1 1)": "light",
    "lab(10 0 0)": "dark",
    "color-mix(in oklab, white 90%, navy)": "light",
    "hsl(220 30% 10%)": "dark",
  };
  const embeds = Object.keys(grounds).map(
    (ground, at) => `<div style="background:${ground}"><synod-playground id="e${at}" autoplay="0" height="120"></synod-playground></div>`,
  );
  const page = await visit("/grounds", embeds.join(""));
  const found = await page.evaluate(() =>
    [...document.querySelectorAll("synod-playground")].map((element) => {
      const { src } = element.shadowRoot.querySelector("iframe");
      return new URL(src).searchParams.get("theme");
    }),
  );
  assert.deepEqual(found, Object.values(grounds));
  await page.finish();
});

test("what is asked for while another run is loading is done when it is there", async () => {
  const page = await visit("/change", `<synod-playground id="a" scenario="raft-first-election" autoplay="0"></synod-playground>`);
  await until(page, "a", 'name === "ready"');
  const before = await page.evaluate(() => history.length);
  await page.evaluate(() => {
    heard.length = 0;
    const element = document.querySelector("#a");
    element.setAttribute("scenario", "paxos-happy-path");
    element.seek(200);
  });
  await until(page, "a", 'name === "ready"');
  await until(page, "a", "d.ms === 200 && d.digest");
  assert.match(await frameOf(page, "a").locator("h1").innerText(), /Paxos/);
  assert.equal(await page.evaluate(() => history.length), before, "the host's way back is as long as it was");
  await page.finish();
});

test("a fallen invariant is told to the host", async () => {
  const page = await visit("/fall", `<synod-playground id="a" scenario="raft-figure-8-broken" t="60s" autoplay="0"></synod-playground>`);
  await until(page, "a", 'name === "violation" && d.invariant && d.detail');
  await page.finish();
});

test("a bare iframe works in a sandbox, without an origin, storage or clipboard", async () => {
  const page = await visit(
    "/sandbox",
    `<iframe id="f" sandbox="allow-scripts" width="900" height="480" title="Synod"
       src="${siteUrl("?embed=1&scenario=raft-first-election&autoplay=1")}"></iframe>
     <script>addEventListener("message", ({ data }) => { if (data.context === "iframe.resize") window.wanted = data.height });</script>`,
  );
  const frame = page.frameLocator("#f");
  await frame.getByRole("button", { name: "Pause" }).click();
  assert.equal(await page.evaluate(() => window.wanted), 480);
  // Without the right to open windows, the link is shown instead.
  await frame.getByRole("button", { name: /Open in playground/ }).click();
  await frame.getByRole("dialog").waitFor();
  page.troubles = page.troubles.filter((trouble) => !/sandbox|Blocked opening/i.test(trouble));
  await page.finish();
});

test("where a sandbox denies the clipboard, the link can be copied by hand", async () => {
  const page = await visit(
    "/by-hand",
    `<iframe id="f" sandbox="allow-scripts" width="900" height="480" title="Synod" src="${siteUrl("?embed=1&t=200ms&autoplay=0")}"></iframe>`,
  );
  const frame = page.frameLocator("#f");
  await frame.locator(".app[data-digest]").waitFor();
  await frame.locator(".stage").press("c");
  const link = await frame.getByRole("dialog", { name: "Link to this moment" }).getByRole("textbox", { name: "Link" }).inputValue();
  assert.ok(link.startsWith(siteUrl("#v1:")), link);
  page.troubles = page.troubles.filter((trouble) => !/clipboard/i.test(trouble));
  await page.finish();
});

test("an embed shows the ring, the ring beside the diagram, or the list, and no transport where none is wanted", async () => {
  const embed = (id, attributes) => `<synod-playground id="${id}" scenario="raft-first-election" t="170ms" autoplay="0" ${attributes}></synod-playground>`;
  const page = await visit(
    "/views",
    embed("cluster", 'view="cluster"') + embed("both", 'view="both"') + embed("log", 'view="log"') + embed("bare", 'controls="0"'),
  );
  const shown = { cluster: [".ring-node"], both: [".ring-node", ".stage"], log: [".side .panel"], bare: [".stage"] };
  for (const [id, expected] of Object.entries(shown)) {
    await page.evaluate((id) => document.getElementById(id).scrollIntoView(), id);
    await until(page, id, "d.digest");
    const frame = frameOf(page, id);
    for (const part of [".ring-node", ".stage", ".side .panel"]) {
      assert.equal(await frame.locator(part).first().isVisible(), expected.includes(part), `${part} in ${id}`);
    }
    assert.equal(await frame.getByRole("button", { name: "Play", exact: true }).count(), id === "bare" ? 0 : 1, id);
    assert.ok(await frame.getByRole("button", { name: /Open in playground/ }).isVisible());
  }
  // Without its buttons the run still does what its host asks.
  const { steps } = await state(page, "bare");
  await page.evaluate(() => document.querySelector("#bare").step(3));
  await until(page, "bare", `d.steps === ${steps + 3}`);
  await page.finish();
});

test("nobody but the frame is heard by the element, and nobody but the host by the frame", async () => {
  host.pages.set("/other", `<script>
    const lies = [{ synod: "violation", invariant: "None" }, { context: "iframe.resize", height: 999 }];
    for (const lie of lies) parent.postMessage(lie, "*");
    // The frames of a page can reach each other.
    for (const ask of [{ synod: "step", by: 5 }, { synod: "theme", theme: "dark" }]) parent.frames.f?.postMessage(ask, "*");
    parent.postMessage("said", "*");
  </script>`);
  const page = await visit(
    "/strangers",
    `<script>window.said = 0; addEventListener("message", ({ data }) => { said += data === "said" });</script>
     <iframe id="f" name="f" width="900" height="300" title="Synod" src="${siteUrl("?embed=1&autoplay=0")}"></iframe>
     <synod-playground id="a" autoplay="0" height="300"></synod-playground>`,
  );
  const frame = page.frameLocator("#f");
  await frame.locator('.app[data-steps="1"][data-digest]').waitFor();
  await until(page, "a", 'name === "ready"');
  await page.evaluate(async () => {
    const other = Object.assign(document.createElement("iframe"), { src: "/other" });
    document.body.append(other);
    await new Promise((loaded) => (other.onload = loaded));
  });
  await page.waitForFunction(() => said === 1);
  // The frame itself, gone to a page of somebody else's.
  await page.evaluate(() => { document.querySelector("#a").shadowRoot.querySelector("iframe").contentWindow.location = "/other"; });
  await page.waitForFunction(() => said === 2);
  assert.deepEqual(await page.evaluate(() => heard.filter(([, name]) => name === "violation")), []);
  assert.equal(await page.evaluate(() => document.querySelector("#a").offsetHeight), 300);
  await page.waitForTimeout(300);
  assert.equal(await frame.locator(".app").getAttribute("data-steps"), "1");
  assert.equal(await frame.locator("html").getAttribute("data-theme"), "auto");
  // The same words from the host are heard.
  await page.evaluate(() => document.querySelector("#f").contentWindow.postMessage({ synod: "step", by: 5 }, "*"));
  await frame.locator('.app[data-steps="6"]').waitFor();
  await page.finish();
});

test("the custom element stays under 4 KB", async () => {
  const script = await (await fetch(siteUrl("embed.js"))).text();
  assert.ok(script.length < 4096, `${script.length} bytes`);
});
