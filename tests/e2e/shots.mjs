// Takes the pictures that the documents show: `cargo xtask shots`.

import { DESKTOP, PHONE, launch, open, shot } from "./harness.mjs";

const PICTURES = [
  { name: "page", viewport: DESKTOP, colorScheme: "light", path: "?protocol=paxos&seed=7" },
  {
    name: "violation",
    viewport: DESKTOP,
    colorScheme: "dark",
    path: "?scenario=raft-figure-8-broken",
  },
  { name: "phone", viewport: PHONE, colorScheme: "light" },
];
// Long enough for the story to have got somewhere.
const SETTLE_MS = 9000;

const browser = await launch();
try {
  for (const { name, ...options } of PICTURES) {
    const page = await open(browser, options);
    await page.getByRole("heading", { name: "Synod", level: 1 }).waitFor();
    await page.waitForTimeout(SETTLE_MS);
    await shot(page, name);
    await page.finish();
  }
} finally {
  await browser.close();
}
