// Takes the pictures that the documents show: `cargo xtask shots`.

import { DESKTOP, PHONE, launch, open, shot } from "./harness.mjs";

const PICTURES = [
  { name: "page", viewport: DESKTOP, colorScheme: "light" },
  { name: "page-dark", viewport: DESKTOP, colorScheme: "dark" },
  { name: "phone", viewport: PHONE, colorScheme: "light" },
];
// Long enough for the first cluster to have elected its leader and carried some requests.
const SETTLE_MS = 4000;

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
