// The page loads, from any path, without an error.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PHONE, open, sharedBrowser, shot, siteUrl } from "./harness.mjs";

const shared = sharedBrowser();

test("the page starts under a sub-path", async () => {
  assert.notEqual(new URL(siteUrl()).pathname, "/");
  const page = await open(shared.browser);
  await page.getByRole("heading", { name: "Synod", level: 1 }).waitFor();
  assert.match(await page.title(), / · Synod$/, "the title says what is open");
  assert.equal(await page.locator("#boot-note").count(), 0, "the loading note has gone");
  await shot(page, "start");
  await page.finish();
});

test("the page starts on a phone, in the dark", async () => {
  const page = await open(shared.browser, { viewport: PHONE, colorScheme: "dark" });
  await page.getByRole("heading", { name: "Synod", level: 1 }).waitFor();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `the page is ${overflow} px wider than the screen`);
  await page.finish();
});

test("the theme is changed by touch, and kept", async () => {
  for (const viewport of [{ width: 360, height: 740 }, PHONE]) {
    const page = await open(shared.browser, { viewport, path: "?autoplay=0" });
    const theme = page.getByRole("button", { name: "Theme:" });
    const name = () => theme.getAttribute("aria-label");
    assert.equal(await name(), "Theme: as the system has it");
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await theme.tap();
    assert.notEqual(await ground(), light);
    assert.equal(await name(), "Theme: dark");
    await shot(page, `theme-dark-${viewport.width}`);
    await page.reload();
    await page.locator('html[data-theme="dark"]').waitFor();
    await theme.tap();
    assert.equal(await ground(), light);
    await shot(page, `theme-light-${viewport.width}`);
    await page.finish();
  }
});

test("without the program the page says so", async () => {
  const page = await open(shared.browser, { path: "about:blank" });
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto(siteUrl());
  await page.getByRole("alert").getByText("could not start").waitFor();
  assert.ok(page.troubles.length > 0, "and the cause is in the console");
  page.troubles.length = 0;
  await page.finish();
});

test("the page keeps to its policy also where its host sends none", async () => {
  const page = await open(shared.browser, { path: "about:blank" });
  await page.route(siteUrl(), async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers() };
    delete headers["content-security-policy"];
    const body = (await response.text()).replace("</body>", "<script>window.intruder = true</script></body>");
    await route.fulfill({ response, headers, body });
  });
  const answer = await page.goto(siteUrl());
  assert.equal(answer.headers()["content-security-policy"], undefined);
  await page.locator(".head.lead").waitFor();
  assert.equal(await page.evaluate(() => window.intruder), undefined, "a script that somebody wrote into it does not run");
  assert.equal(page.troubles.length, 1, page.troubles.join("\n"));
  assert.match(page.troubles.pop(), /inline script.*Content Security Policy|Content Security Policy.*inline script/s);
  await page.finish();
});
