// The page in Firefox, driven over WebDriver BiDi: Playwright's own Firefox is a patched build that no system
// has, so here `puppeteer-core` drives the one that people use. FIREFOX names it.

import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { DESKTOP, required, siteUrl } from "./harness.mjs";

/**
 * Starts Firefox in a colour scheme ("light" or "dark"), which a page cannot be given one by one.
 * `browser.downloads` is the folder in which it saves; `browser.end()` closes it.
 */
export async function launchFirefox(colorScheme = "light", reducedMotion = false) {
  const downloads = await mkdtemp(join(tmpdir(), "synod-firefox-"));
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath: required("FIREFOX"),
    headless: true,
    defaultViewport: DESKTOP,
    extraPrefsFirefox: {
      "layout.css.prefers-color-scheme.content-override": colorScheme === "dark" ? 0 : 1,
      "ui.prefersReducedMotion": reducedMotion ? 1 : 0,
      // What was copied can be read back without a question.
      "dom.events.testing.asyncClipboard": true,
      "browser.download.folderList": 2,
      "browser.download.dir": downloads,
      "browser.download.useDownloadDir": true,
      "browser.download.always_ask_before_handling_new_types": false,
      "browser.download.alwaysOpenPanel": false,
    },
  });
  browser.downloads = downloads;
  browser.end = async () => {
    await browser.close();
    await rm(downloads, { recursive: true, force: true });
  };
  return browser;
}

/**
 * Opens an address in a profile of its own. What goes wrong is collected in `page.troubles`, as in
 * harness.mjs, and `page.finish()` fails when there is any.
 */
export async function visit(browser, address = siteUrl(), viewport = DESKTOP) {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport(viewport);
  page.troubles = [];
  page.on("console", (message) => {
    if (message.type() === "error") page.troubles.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => page.troubles.push(`exception: ${error.message}`));
  page.on("requestfailed", (request) => page.troubles.push(`not loaded: ${request.url()}`));
  // Firefox keeps breaches of the policy from the protocol's console.
  await page.evaluateOnNewDocument(() =>
    addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
      console.error(`the policy's ${effectiveDirective} refuses ${blockedURI}`),
    ),
  );
  page.finish = async () => {
    await context.close();
    if (page.troubles.length > 0) throw new Error(`the page had troubles:\n${page.troubles.join("\n")}`);
  };
  await page.goto(address);
  return page;
}

/** The element with a role and an accessible name, once it can be seen. */
export const named = (page, role, name) =>
  page.waitForSelector(`::-p-aria([role="${role}"][name="${name}"])`, { visible: true });

/** Clicks it, as the mouse does. */
export const press = async (page, name, role = "button") => (await named(page, role, name)).click();

/** An element that holds a text, within what a selector finds. */
export const withText = (page, selector, text) =>
  page.waitForFunction(
    (selector, text) => [...document.querySelectorAll(selector)].find((element) => element.textContent.includes(text)),
    {},
    selector,
    text,
  );

/** Until nothing is found by a selector any more. */
export const gone = (page, selector) => page.waitForFunction((selector) => !document.querySelector(selector), {}, selector);

/** Takes a picture into the folder that SYNOD_SHOTS names. */
export async function picture(page, name) {
  const folder = process.env.SYNOD_SHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `firefox-${name}.png`) });
}
