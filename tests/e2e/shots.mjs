// Takes the pictures that the documents show: `cargo xtask shots`.

import { DESKTOP, PHONE, launch, open, shot } from "./harness.mjs";

const PICTURES = [
  { name: "page", viewport: DESKTOP, colorScheme: "light", path: "?view=both" },
  {
    name: "violation",
    viewport: DESKTOP,
    colorScheme: "dark",
    path: "?scenario=raft-figure-8-broken",
  },
  { name: "phone", viewport: PHONE, colorScheme: "light" },
  { name: "phone-dark", viewport: PHONE, colorScheme: "dark", path: "?view=both" },
  {
    name: "embed",
    viewport: { width: 900, height: 480 },
    colorScheme: "light",
    path: "?embed=1&scenario=raft-first-election",
  },
];
// Long enough for the story to have got somewhere.
const SETTLE_MS = 9000;

const browser = await launch();
try {
  for (const { name, ...options } of PICTURES) {
    const page = await open(browser, options);
    await page.locator(".app[data-steps]").waitFor();
    await page.waitForTimeout(SETTLE_MS);
    await shot(page, name);
    await page.finish();
  }
} finally {
  await browser.close();
}
