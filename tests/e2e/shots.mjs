// Takes the pictures that the documents show, each in light and dark: `cargo xtask shots`.

import { DESKTOP, PHONE, launch, open, shot } from "./harness.mjs";

const LOW = { width: 1440, height: 810 };
const PICTURES = [
  { name: "page", viewport: DESKTOP, path: "?view=both&t=526ms" },
  { name: "violation", viewport: LOW, path: "?scenario=raft-figure-8-broken&t=60s" },
  { name: "phone", viewport: PHONE, path: "?t=545ms" },
  { name: "embed", viewport: { width: 900, height: 480 }, path: "?embed=1&scenario=raft-first-election&t=190ms" },
];

const browser = await launch();
try {
  for (const { name, path, viewport } of PICTURES) {
    for (const colorScheme of ["light", "dark"]) {
      // At an instant, so that only what looks different now makes another picture.
      const page = await open(browser, { path: `${path}&autoplay=0`, viewport, colorScheme });
      await page.locator(".app[data-digest]").waitFor();
      // The diagram is drawn over a few frames.
      await page.evaluate(() => new Promise((drawn) => setTimeout(drawn, 500)));
      await shot(page, colorScheme === "dark" ? `${name}-dark` : name);
      await page.finish();
    }
  }
} finally {
  await browser.close();
}
