// Every act on the run and the page three times: by mouse, by touch on a phone, and by keyboard alone. What is dragged
// is in acts.test.mjs, diagram.test.mjs and arrange.test.mjs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HANDS, head } from "./hands.mjs";
import { digest, item, open, sharedBrowser } from "./harness.mjs";

const shared = sharedBrowser();

/** A moment with messages under way, a leader, and a client that has asked. */
const MOMENT = "?t=526ms&autoplay=0";

const button = (page, name) => page.getByRole("button", { name, exact: true });
/** What the history lists. */
const rows = (page) => page.locator(".acts li");
/** Waits until the lanes have these names from left to right. */
const lanesAre = (page, names) =>
  page.waitForFunction((names) => {
    const left = (head) => head.getBoundingClientRect().left;
    const heads = [...document.querySelectorAll(".head")].sort((a, b) => left(a) - left(b));
    return heads.map((head) => head.dataset.lane).join(" ") === names;
  }, names);
/** Opens a tab where it is not open. */
async function turnTo({ page, hand }, name) {
  const tab = page.locator(".tabs").getByRole("button", { name, exact: true });
  if ((await tab.getAttribute("data-open")) !== "true") await hand.use(tab);
}
/** Closes it on a phone, for what it covers. */
async function uncover({ page, hand, by }) {
  if (by === "touch") await hand.use(page.locator(".tab[data-open=true]"));
}
const there = (page, selector) => page.locator(selector).first().waitFor({ state: "attached" });
const gone = (page, selector) => page.locator(selector).first().waitFor({ state: "detached" });
/** Waits until what a function of the page says is something else than before an act. */
async function changes(page, says, act) {
  const before = await page.evaluate(says);
  await act();
  const late = Date.now() + 15_000;
  while ((await page.evaluate(says)) === before) assert.ok(Date.now() < late, `still ${before}`);
}

/**
 * What menus offer: where each menu is and what is chosen, one after the other; what the history says of the last;
 * and what is then to be seen, where that is more.
 */
const OFFERS = {
  "a message of the past is dropped": [[["arrow", ".delivered", /^Drop it/]], /^drop .+ from \w\d to/, ".stage .arrow.lost"],
  "a message is delayed": [[["arrow", ".in-flight", /^5 × as long/]], /^delay .+ from \w\d to/],
  "a message is duplicated": [[["arrow", ".delivered", /^Duplicate it/]], /^duplicate .+ from \w\d to/, ".stage .arrow.copy"],
  "a message is delivered now": [[["arrow", ".in-flight", /^Deliver at once.*It arrives now/s]], /^deliver .+ from \w\d to/],
  "a node is crashed, and restarted": [[["lane", "S3", /^Crash/], ["node", "S3", /^Restart/]], /^restart S3/],
  "a node is paused, and resumed": [[["lane", "S2", /^Pause/], ["node", "S2", /^Resume/]], /^resume S2/],
  "a client asks": [[["node", "C1", /^Ask for x=1/]], /^request C1 x=1/],
  "a node is asked": [[["node", "S1", /^Request x=2/]], /^request x=2 to S1/],
  "a timer is fired": [[["lane", "S1", /^Fire election$/]], /^fire S1 election/, ".head.contend"],
  "a timer is held": [[["node", "S3", /^Hold election$/]], /^postpone S3 election/],
  "a node is cut off": [[["node", "S2", /^Cut off/]], /S2/],
  "one link is cut": [[["lane", "S3", /^cut S3 → S5$/]], /^cut S3 to S5/],
  "the cluster is split": [[["node", "S3", /^split S1 S2 S3 \| S4 S5$/]], /^partition S1 S2 S3 \| S4 S5/],
};

/** What is done without the history's saying so, or in a way of each hand's own. */
const OTHERS = {
  async "a message is inspected"(it) {
    const { page, hand, by } = it;
    await hand.arrow(".delivered");
    if (by === "touch") await page.locator(".menu header").getByText(/delivered/).waitFor();
    await there(page, ".stage-run.cone .arrow.picked.lit");
    await hand.leave();
    await gone(page, ".menu");
    await turnTo(it, "Run");
    await page.locator(".panel.event").getByText(/^sent$/).waitFor();
    await uncover(it);
  },
  async "a lane is hidden, and comes back"({ page, hand, by }) {
    if (by === "keyboard") {
      await hand.focus(head(page, "S4"));
      await hand.press("Delete");
    } else {
      await hand.node("S4");
      await hand.item(item(page, "Hide this lane"));
    }
    await gone(page, ".head[data-lane=S4]");
    await hand.use(page.locator(".hidden-lanes"));
    await hand.item(item(page, /^Show S4/));
    await head(page, "S4").waitFor();
  },
  async "a lane is moved, and all are as usual again"({ page, hand, by }) {
    const usual = "C1 S1 S2 S3 S4 S5";
    await lanesAre(page, usual);
    if (by === "keyboard") {
      await hand.focus(head(page, "S3"));
      await hand.press("Alt+ArrowLeft");
    } else {
      await hand.node("S3");
      await hand.item(item(page, "← Move left"));
    }
    await lanesAre(page, "C1 S1 S3 S2 S4 S5");
    if (by === "keyboard") {
      await hand.focus(head(page, "S3"));
      await hand.press("Alt+ArrowRight");
    } else {
      await hand.node("S1");
      await hand.item(item(page, "All as usual"));
    }
    await lanesAre(page, usual);
  },
  async "messages are held, and delivered in another order"(it) {
    const { page, hand, by } = it;
    await turnTo(it, "Setup");
    await hand.use(button(page, "Hold all messages"));
    await uncover(it);
    for (const number of [3, 1]) {
      const badge = page.locator(".stage .held .kind").nth(number - 1);
      const event = await badge.getAttribute("data-event");
      if (by === "keyboard") await hand.press(`${number}`);
      else await hand.use(badge);
      await gone(page, `.held [data-event='${event}']`);
    }
    await turnTo(it, "History");
    await page.waitForFunction(() => document.querySelectorAll(".acts li").length === 3);
    await takenBack(it, 3);
  },
  async "a command is switched off"(it) {
    const { page, hand } = it;
    await hand.lane("S4");
    await hand.item(item(page, /^Crash/));
    await there(page, ".head.down");
    await turnTo(it, "History");
    await hand.use(rows(page).getByRole("switch"));
    await gone(page, ".head.down");
    await there(page, ".acts [aria-checked=false]");
    await takenBack(it, 2);
  },
  async "the cluster is divided by its dialog, and healed"(it) {
    const { page, hand, by } = it;
    await turnTo(it, "Run");
    await hand.use(button(page, "Partition…"));
    await there(page, "dialog[open] .member");
    const says = () => document.querySelector("dialog .says").textContent;
    await changes(page, says, () => hand.use(page.locator("[data-member=S2]")));
    if (by === "keyboard") await changes(page, says, () => hand.press("ArrowRight"));
    await hand.use(button(page, "Partition"));
    await gone(page, "dialog");
    await hand.use(button(page, "Heal network"));
    await turnTo(it, "History");
    await rows(page).getByText(/^heal/).waitFor();
    await rows(page).getByText(/^partition .+ \| /).waitFor();
    await takenBack(it, 2);
  },
  async "a rule is broken, and kept again"(it) {
    const { page, hand } = it;
    await turnTo(it, "Rules");
    const rule = page.locator(".rule-card").first().getByRole("switch");
    await hand.use(rule);
    await there(page, ".rule-card.is-broken");
    await hand.use(rule);
    await gone(page, ".rule-card.is-broken");
    await uncover(it);
  },
  async "a kind of message is left out, and comes back"(it) {
    const { page, hand } = it;
    const arrows = () => document.querySelectorAll(".stage .arrow .way").length;
    await turnTo(it, "Events");
    await hand.use(page.locator(".filters summary"));
    const kind = page.locator(".filters .chip-row").first().getByRole("button", { name: "AppendEntries", exact: true });
    await changes(page, arrows, () => hand.use(kind));
    await changes(page, arrows, () => hand.use(kind));
    await uncover(it);
  },
  async "every tab opens"(it) {
    const { page, hand } = it;
    for (const name of ["Events", "Rules", "Setup", "Health", "History"]) {
      await turnTo(it, name);
      await page.locator(`.side .panel.${name.toLowerCase()}`).waitFor();
    }
    await turnTo(it, "Run");
    await page.locator(".side .panel.nodes").waitFor();
    await uncover(it);
  },
  async "time is stretched, and compressed"({ page, hand }) {
    const height = () => document.querySelector(".stage .now").style.top;
    for (const [key, name] of [["+", "Stretch time (+)"], ["-", "Compress time (−)"]]) {
      await changes(page, height, () => hand.either(key, button(page, name)));
    }
  },
  async "the colours change"({ page, hand }) {
    const ground = () => getComputedStyle(document.body).backgroundColor;
    const theme = page.locator(".theme-button");
    for (let times = 0; times < 2; times++) {
      await changes(page, ground, () => hand.either("t", theme));
    }
  },
  async "a node is touched in the ring"(it) {
    const { page, hand } = it;
    const look = () => hand.either("v", page.locator(".look-button"));
    await look();
    await look();
    await there(page, ".ring-node");
    await hand.use(page.locator(".ring-node[data-lane=S4]"));
    await hand.item(item(page, /^Cut off/));
    await page.waitForFunction(() => document.querySelectorAll(".ring-link.cut").length === 4);
    await hand.use(page.locator(".ring-node[data-lane=S4]"));
    await hand.item(item(page, /^Rejoin/));
    await gone(page, ".ring-link.cut");
    await turnTo(it, "History");
    await takenBack(it, 2);
    await look();
    await gone(page, ".ring-node");
  },
  async "the run is stepped, played and stopped"({ page, hand }) {
    const steps = () => document.querySelector(".app").dataset.steps;
    const keys = {
      "Step forward (→)": "ArrowRight",
      "Step back (←)": "ArrowLeft",
      "To the next election, decision or fault (])": "]",
      Play: "k",
    };
    for (const [name, key] of Object.entries(keys)) await changes(page, steps, () => hand.either(key, button(page, name)));
    await hand.either("k", button(page, "Pause"));
    await button(page, "Play").waitFor();
  },
  async "a line of history that was left is returned to"(it) {
    const { page, hand } = it;
    await hand.lane("S2");
    await hand.item(item(page, /^Crash/));
    await there(page, ".head.down");
    await turnTo(it, "History");
    await hand.use(page.locator(".tree").getByRole("button", { name: "return", exact: true }));
    await gone(page, ".head.down");
    await page.locator(".tree").getByText(/crash S2/).waitFor();
    await uncover(it);
  },
  async "the timeline goes to the beginning"({ page, hand }) {
    await hand.seek(0.02);
    await page.waitForFunction(() => Number(document.querySelector(".app").dataset.steps) <= 5);
  },
  async "a situation is opened"({ page, hand }) {
    await hand.use(page.locator(".title-button"));
    await hand.use(page.locator("dialog .entry").nth(2));
    await gone(page, "dialog");
    await page.waitForFunction(() => location.search.startsWith("?scenario="));
  },
};

/** Takes back so many acts. */
async function takenBack(it, times) {
  const { page, hand } = it;
  const undo = page.locator(".panel.history").getByRole("button", { name: "Undo" });
  for (let time = 0; time < times; time++) await hand.either("Control+z", undo);
  await rows(page).first().waitFor({ state: "detached" });
  await uncover(it);
}

/** Does acts that the history lists, looks there, and takes them back. */
async function doneAndUndone(it, [steps, did, is]) {
  const { page, hand } = it;
  const before = await digest(page);
  for (const [where, of, what] of steps) {
    await hand[where](of);
    await hand.item(item(page, what));
    await gone(page, ".menu");
  }
  if (is) await there(page, is);
  await turnTo(it, "History");
  await rows(page).getByText(did).first().waitFor();
  await takenBack(it, steps.length);
  assert.equal(await digest(page), before, "and everything is as it was");
}

const ACTS = [
  ...Object.entries(OFFERS).map(([name, act]) => [name, (it) => doneAndUndone(it, act)]),
  ...Object.entries(OTHERS),
];

for (const [by, { options, on }] of Object.entries(HANDS)) {
  test(`every act by ${by}`, async (t) => {
    let page;
    for (const [name, act] of ACTS) {
      await t.test(`${name}, by ${by}`, async () => {
        const opened = page ?? (await open(shared.browser, { path: MOMENT, ...options }));
        opened.setDefaultTimeout(15_000);
        // One in which something went wrong is left.
        page = undefined;
        await opened.locator(".app[data-digest]").waitFor();
        await act({ page: opened, hand: on(opened), by });
        page = opened;
      });
    }
    await page?.finish();
  });
}
