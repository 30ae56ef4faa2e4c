// What every end-to-end test stands on: Chromium, pages that report their errors, and pictures.
//
// `cargo xtask test --e2e` sets SYNOD_URL (the page's address, under a sub-path) and CHROME (the
// browser); SYNOD_SHOTS names a folder for pictures, and without it none are taken.

import { mkdir, readFile } from "node:fs/promises";
import { after, before } from "node:test";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { chromium } from "playwright-core";

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

export const siteUrl = (path = "") => new URL(path, required("SYNOD_URL")).href;

/** What follows an address to open a scenario. */
export const packed = (scenario) => `#v1:${deflateRawSync(JSON.stringify(scenario)).toString("base64url")}`;

export function required(variable) {
  const value = process.env[variable];
  if (!value) {
    throw new Error(`${variable} is not set: run these tests with \`cargo xtask test --e2e\``);
  }
  return value;
}

/** Starts the browser, with the same flags as the wasm tests and what is given besides. */
export async function launch(flags = []) {
  const settings = await readFile(new URL("../../web/webdriver.json", import.meta.url), "utf8");
  return chromium.launch({
    executablePath: required("CHROME"),
    // Headless is one of the flags; the library's own choice would be an older mode.
    headless: false,
    args: [...JSON.parse(settings)["goog:chromeOptions"].args, ...flags],
  });
}

/**
 * Opens a page in a browser profile of its own.
 *
 * Everything that goes wrong in it (an error in the console, an exception, an address that cannot be
 * loaded, a breach of the content security policy, a request to another host) is collected in
 * `page.troubles`; `page.finish()` fails when there are any, and closes it.
 *
 * options: `path` after the site's address (with query and hash), `viewport`, `colorScheme`
 * ("light" or "dark"), `reducedMotion` ("reduce"), `touch`, `mobile` (as a phone's browser shows it), `permissions`, `bypassCSP` (the server's policy
 * is not applied), `styles` (rules that are added to the page's from the start), `before`
 * (a function that runs in the page before its own scripts), `context` (an open page's browser context, to open a second tab beside it).
 */
export async function open(browser, options = {}) {
  const viewport = options.viewport ?? DESKTOP;
  const context =
    options.context ??
    (await browser.newContext({
      viewport,
      colorScheme: options.colorScheme ?? "light",
      reducedMotion: options.reducedMotion ?? "no-preference",
      hasTouch: options.touch ?? viewport.width < 500,
      isMobile: options.mobile ?? false,
      permissions: options.permissions ?? [],
      bypassCSP: options.bypassCSP ?? false,
    }));
  const page = await context.newPage();
  page.troubles = [];
  page.on("console", (message) => {
    if (message.type() === "error") page.troubles.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => page.troubles.push(`exception: ${error.message}`));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    // The second part of the program is fetched in the background, and a page that is left lets go of it.
    if (why === "net::ERR_ABORTED" && request.url().endsWith("_rest.wasm")) return;
    page.troubles.push(`not loaded: ${request.url()} (${why})`);
  });
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(siteUrl()).origin) {
      page.troubles.push(`another host was asked: ${request.url()}`);
    }
  });
  page.finish = async () => {
    const { troubles } = page;
    if (options.context) await page.close();
    else await context.close();
    if (troubles.length > 0) throw new Error(`the page had troubles:\n${troubles.join("\n")}`);
  };
  if (options.before) await page.addInitScript(options.before);
  if (options.styles) await page.addInitScript(addStyles, options.styles);
  await page.goto(siteUrl(options.path));
  return page;
}

/** Adds rules as soon as the page has a place for them; runs in the page. */
function addStyles(rules) {
  const style = Object.assign(document.createElement("style"), { textContent: rules });
  const whenThereIsAHead = (_, observer) => {
    if (!document.head) return;
    document.head.append(style);
    observer.disconnect();
  };
  new MutationObserver(whenThereIsAHead).observe(document, { childList: true, subtree: true });
}

/** Starts one browser for a test file; call it at the top and read `browser` inside the tests. */
export function sharedBrowser() {
  const shared = { browser: undefined };
  before(async () => {
    shared.browser = await launch();
  });
  after(() => shared.browser?.close());
  return shared;
}

/** Opens the usual run, lets it elect somebody, and stops it there. */
export async function openElected(browser, options = {}) {
  const page = await open(browser, options);
  await page.locator(".head.lead").waitFor({ state: "attached", timeout: 10_000 });
  await pause(page);
  return page;
}

/** How many steps the run has taken. */
export const now = async (page) => Number(await page.locator(".app").getAttribute("data-steps"));
/** The digest of the run, as soon as it stands. */
export const digest = (page) => page.locator(".app[data-digest]").getAttribute("data-digest");
/** Presses the button of a name. */
export const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
/** Stops the run, and waits until it stands. */
export async function pause(page) {
  await press(page, "Pause");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
}
/** Turns to a tab. */
export const tab = (page, name) => page.locator(".tabs").getByRole("button", { name, exact: true }).click();
/** What a menu offers under a name. */
export const item = (page, name) => page.getByRole("menuitem", { name });

/** Takes a picture into the folder that SYNOD_SHOTS names. */
export async function shot(page, name, options = {}) {
  const folder = process.env.SYNOD_SHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), ...options });
}
