// Pictures of the main views, and how two of them are compared.
//
// A picture is kept small: every pixel is the mean of a square of the screen's, in which a stroke that another
// machine draws a little differently hardly shows, and a missing, moved or recoloured part does. What would
// differ between machines for no fault of the page's is fixed: the letters are those of one font, as wide as it
// says; nothing moves; the run stands at an instant.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { DESKTOP, PHONE, item, launch, open, press, tab as turnTo } from "./harness.mjs";

const FOLDER = new URL("pictures/", import.meta.url);
/** So many pixels of the screen are one of the picture, across and down. */
const SHRINK = 4;
/** How far a colour may be from the other (0 to 1, as pixelmatch counts) before the pixel differs. */
const COLOUR = 0.05;
/** The share of pixels that may differ. */
export const TOLERATED = 0.0002;

/** The views on desktop and phone: where they are, what is pressed there, and what is found when they are complete. */
const VIEWS = [
  { name: "first", path: "?t=320ms&autoplay=0", until: ".head.lead" },
  { name: "both", path: "?view=both&t=320ms&autoplay=0", until: ".ring-node.lead" },
  { name: "violation", path: "?scenario=raft-figure-8-broken&t=60s&autoplay=0", until: "[role=alert]" },
  { name: "rules", path: "?t=320ms&autoplay=0", tab: "Rules", until: ".rule-card" },
  { name: "health", path: "?scenario=raft-leader-crash&t=900ms&autoplay=0", tab: "Health", until: ".panel.health" },
  { name: "share", path: "?t=320ms&autoplay=0", key: "s", until: "dialog[open]" },
  { name: "embed", path: "?embed=1&scenario=raft-first-election&t=170ms&autoplay=0", until: ".head", height: 480 },
];

/** Views of one picture each: what they hold is drawn in every scheme by the same rules. */
const ONCE = [
  { name: "events", screen: "desktop", path: "?t=320ms&autoplay=0", tab: "Events", until: ".event-row" },
  { name: "setup", screen: "phone", path: "?t=320ms&autoplay=0", tab: "Setup", until: ".panel.setup", colorScheme: "dark" },
  { name: "history", screen: "desktop", path: "?t=526ms&autoplay=0", chosen: [["S3", "Crash"]], tab: "History", until: ".acts", colorScheme: "dark" },
  { name: "held", screen: "desktop", path: "?t=526ms&autoplay=0", tab: "Setup", pressed: "Hold all messages", until: ".held .kind" },
  { name: "node", screen: "desktop", path: "?t=320ms&autoplay=0", chosen: [["S5", "Look inside"]], until: ".panel.node" },
  { name: "menu", screen: "phone", path: "?t=320ms&autoplay=0", chosen: [["S2"]], until: ".menu" },
  { name: "menu", screen: "desktop", path: "?t=320ms&autoplay=0", chosen: [["S2"]], until: ".menu", colorScheme: "dark" },
  { name: "first", screen: "narrow", path: "?t=320ms&autoplay=0", until: ".head.lead" },
  { name: "first", screen: "4k", path: "?t=320ms&autoplay=0", until: ".head.lead", shrink: 8 },
];

const SCREENS = { desktop: DESKTOP, phone: PHONE, narrow: { width: 360, height: 640 }, "4k": { width: 3840, height: 2160 } };

function picture(view, screen, colorScheme) {
  const { width, height } = SCREENS[screen];
  const viewport = { width, height: view.height ?? height };
  return { ...view, name: `${view.name}-${screen}-${colorScheme}`, colorScheme, viewport };
}

/** Every view on its screens in its schemes, by the name of its picture. */
export const PICTURES = [
  ...["light", "dark"].flatMap((colorScheme) =>
    ["desktop", "phone"].flatMap((screen) => VIEWS.map((view) => picture(view, screen, colorScheme))),
  ),
  ...ONCE.map((view) => picture(view, view.screen, view.colorScheme ?? "light")),
];

/** A browser that draws letters the same on every machine. */
export const launchForPictures = () => launch(["--font-render-hinting=none", "--disable-lcd-text", "--hide-scrollbars"]);

/** Opens a view and waits until it stands still. */
export async function openView(browser, { path, colorScheme, viewport, shrink, chosen, tab, pressed, key, until }) {
  // The policy of the server lets no font in, and the page needs none.
  const fixed = { reducedMotion: "reduce", bypassCSP: true, styles: await styles() };
  const page = await open(browser, { path, colorScheme, viewport, ...fixed });
  page.shrink = shrink ?? SHRINK;
  await page.locator(".app[data-digest]").waitFor();
  for (const [lane, what] of chosen ?? []) {
    await page.locator(`.head[data-lane=${lane}]`).click();
    if (what) await item(page, new RegExp(`^${what}`)).click();
  }
  if (tab) await turnTo(page, tab);
  if (pressed) await press(page, pressed);
  if (key) await page.keyboard.press(key);
  await page.locator(until).first().waitFor({ state: "attached" });
  // Two frames: what is measured in one is drawn in the next.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  return page;
}

async function styles() {
  const { resolve } = createRequire(import.meta.url);
  const faces = [400, 700].map(async (weight) => {
    const font = await readFile(resolve(`@fontsource/dejavu-sans/files/dejavu-sans-latin-${weight}-normal.woff2`), "base64");
    return `@font-face { font-family: Fixed; font-weight: ${weight}; src: url(data:font/woff2;base64,${font}); }`;
  });
  return `${(await Promise.all(faces)).join("\n")}
    :root { --sans: Fixed, sans-serif !important; --mono: Fixed, monospace !important; }
    svg text { font-family: Fixed, sans-serif !important; }
    /* Letters are as wide as the font says, however the system rounds them elsewhere. */
    * { text-rendering: geometricPrecision !important; }
    /* They hold the address, which is another one every time. */
    dialog .take input, dialog .about { color: transparent !important; }`;
}

/** The picture of what a page shows, shrunk. */
export async function take(page) {
  const taken = await page.screenshot({ animations: "disabled", caret: "hide", scale: "css" });
  return shrunk(PNG.sync.read(taken), page.shrink);
}

function shrunk({ width, height, data }, by) {
  const small = new PNG({ width: Math.floor(width / by), height: Math.floor(height / by) });
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      for (let channel = 0; channel < 4; channel++) {
        let sum = 0;
        for (let dy = 0; dy < by; dy++) {
          for (let dx = 0; dx < by; dx++) {
            sum += data[((y * by + dy) * width + x * by + dx) * 4 + channel];
          }
        }
        small.data[(y * small.width + x) * 4 + channel] = Math.round(sum / by ** 2);
      }
    }
  }
  return small;
}

/** The share of pixels in which two pictures differ (1 when their sizes do), and a picture that shows where. */
export function compare(one, other) {
  const { width, height } = one;
  if (width !== other.width || height !== other.height) return { share: 1, where: other };
  const where = new PNG({ width, height });
  const options = { threshold: COLOUR, includeAA: true };
  const count = pixelmatch(one.data, other.data, where.data, width, height, options);
  return { share: count / (width * height), where };
}

/** The picture that is kept under a name. */
export const kept = async (name) => PNG.sync.read(await readFile(new URL(`${name}.png`, FOLDER)));

/** Keeps a picture from now on, or leaves it in another folder to be looked at. */
export async function keep(name, picture, folder = FOLDER) {
  await mkdir(folder, { recursive: true });
  // Nothing is seen through: three channels are enough.
  await writeFile(new URL(`${name}.png`, folder), PNG.sync.write(picture, { colorType: 2, deflateLevel: 9 }));
}
