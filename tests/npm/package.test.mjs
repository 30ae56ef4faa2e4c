// The npm package as its users get it: packed, unpacked, type-checked and run. `cargo xtask test --npm`
// sets SYNOD_PACKAGE (the package's folder), SYNOD_TRY (an empty folder that is served) and SYNOD_URL.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cp, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compile } from "json-schema-to-typescript";
import { open, sharedBrowser, shot } from "../e2e/harness.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const TRY = process.env.SYNOD_TRY ?? assert.fail("run this with `cargo xtask test --npm`");
const INSTALLED = join(TRY, "node_modules/synod-playground");
const TSC = join(createRequire(import.meta.url).resolve("typescript/package.json"), "../bin/tsc");

const shared = sharedBrowser();
const schema = async (name) => JSON.parse(await readFile(join(ROOT, `docs/schema/${name}.json`), "utf8"));

before(async () => {
  await cp(join(ROOT, "examples/javascript-api"), TRY, { recursive: true });
  await mkdir(INSTALLED, { recursive: true });
  execFileSync("npm", ["pack", "--silent", "--pack-destination", TRY], { cwd: process.env.SYNOD_PACKAGE });
  const [packed] = (await readdir(TRY)).filter((name) => name.endsWith(".tgz"));
  execFileSync("tar", ["-xzf", packed, "-C", INSTALLED, "--strip-components=1"], { cwd: TRY });
});

/** Type-checks files of the folder as strictly as the compiler can; gives what it complains of. */
function complaints(...files) {
  const options = "--noEmit --strict --checkJs --allowJs --target es2022 --module nodenext --lib es2022,dom,dom.iterable,esnext.disposable";
  try {
    execFileSync(process.execPath, [TSC, ...options.split(" "), ...files], { cwd: TRY });
    return "";
  } catch ({ stdout }) {
    return String(stdout);
  }
}

/** The module, in this process: a run needs no browser. */
async function load() {
  const module = await import(pathToFileURL(join(INSTALLED, "synod.js")));
  await module.default({ module_or_path: await readFile(join(INSTALLED, "synod_bg.wasm")) });
  return module;
}

test("the package holds what it promises and nothing else", async () => {
  const files = (await readdir(INSTALLED)).sort();
  assert.deepEqual(files, ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json", "synod.d.ts", "synod.js", "synod_bg.wasm"]);
  const types = await readFile(join(INSTALLED, "synod.d.ts"), "utf8");
  const ours = types.slice(0, types.indexOf("export type InitInput"));
  assert.doesNotMatch(ours.replaceAll(/\/\*\*.*?\*\//gs, ""), /\bany\b/, "every type is said");
});

test("the example type-checks", () => {
  assert.equal(complaints("main.js"), "");
});

test("the types say what a run really gives", async () => {
  const { Playground } = await load();
  const run = new Playground("raft-break-vote-once-per-term");
  assert.equal(run.runUntil(10_000), false, "an invariant falls");
  const values = {
    "SynodEvent[]": run.events(0),
    "SynodViolation[]": run.violations(),
    SynodNode: run.node("S1"),
    undefined: run.node("nobody"),
  };
  assert.ok(values["SynodEvent[]"].length > 50 && values["SynodViolation[]"].length > 0);
  // Literals are checked for fields too many as well as for fields too few.
  const lines = Object.entries(values).map(([type, value], at) => `export const v${at}: ${type} = ${JSON.stringify(value)};`);
  const names = "SynodEvent, SynodNode, SynodViolation";
  await writeFile(join(TRY, "values.ts"), `import type { ${names} } from "synod-playground";\n${lines.join("\n")}\n`);
  assert.equal(complaints("values.ts"), "");
  const wrong = lines[2].replace('"up":', '"upright":');
  await writeFile(join(TRY, "wrong.ts"), `import type { ${names} } from "synod-playground";\n${wrong}\n`);
  assert.match(complaints("wrong.ts"), /upright/, "the check bites");
});

test("the types know every command and every kind of event, and no other", async () => {
  const scenario = await schema("scenario");
  const commands = await compile({ ...scenario.$defs.Do, $defs: scenario.$defs }, "Do", { additionalProperties: false });
  const kinds = (await schema("events")).$defs.Event.oneOf.map(({ properties }) => properties.event.const);
  assert.ok(kinds.length > 30);
  await writeFile(join(TRY, "schema.ts"), `${commands}\nexport type Kind = ${kinds.map((kind) => `"${kind}"`).join(" | ")};\n`);
  await writeFile(
    join(TRY, "same.ts"),
    `import type { SynodCommand, SynodEventKind } from "synod-playground";
     import type { Do, Kind } from "./schema.js";
     type Names<T> = T extends string ? T : keyof T;
     type Same<A, B> = [A, B] extends [B, A] ? true : never;
     export const accepted = (command: SynodCommand): Do => command;
     export const commands: Same<Names<SynodCommand>, Names<Do>> = true;
     export const kinds: Same<SynodEventKind, Kind> = true;\n`,
  );
  assert.equal(complaints("same.ts"), "");
});

test("a run is the same by id, by query and by link, and can be drawn", async () => {
  const { Playground } = await load();
  const run = new Playground("raft-first-election");
  run.runUntil(300);
  const again = new Playground(run.link());
  assert.equal(run.toMoment(), undefined, "it was opened by its id");
  assert.equal(again.toMoment(), true);
  assert.deepEqual([again.now(), again.digest()], [run.now(), run.digest()]);
  const byQuery = new Playground("?scenario=raft-first-election");
  byQuery.runUntil(300);
  assert.equal(byQuery.digest(), run.digest());
  assert.match(run.svg("dark"), /^<svg [^]*<\/svg>\s*$/);
  assert.notEqual(run.svg("dark"), run.svg("light"));
  assert.match(run.mermaid(), /^sequenceDiagram\n[^]*->>/);
  assert.throws(() => run.svg("mauve"), /auto, light or dark/);
  assert.throws(() => new Playground("no-such-situation"), /no-such-situation/);
  assert.equal(new Playground({ v: 1, protocol: "raft", seed: 7 }).step(), true);
  const itself = {};
  itself.itself = itself;
  for (const what of [undefined, null, 5, 5n, {}, [], itself]) {
    assert.throws(() => new Playground(what), Error, `${typeof what} is opened`);
  }
  assert.equal(run.node(5), undefined);
  assert.throws(() => run.svg(5), /auto, light or dark/);
});

test("the example runs in a browser from the packed files", async () => {
  const page = await open(shared.browser, { path: "index.html" });
  const answer = page.getByRole("status");
  await answer.filter({ hasText: /S\d leads, \d+ ms after the crash of S\d\. Every invariant held\./ }).waitFor();
  await page.waitForFunction(() => document.querySelector("img")?.naturalHeight > 100);
  assert.ok((await page.getByRole("listitem").count()) > 3);
  const first = await answer.textContent();
  await page.getByLabel("Seed").fill("8");
  await page.getByRole("button", { name: "Run" }).click();
  assert.notEqual(await answer.textContent(), first);
  await shot(page, "javascript-api");
  await page.finish();
});
