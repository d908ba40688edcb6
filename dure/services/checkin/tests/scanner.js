// The page of a scanner in Node: its own code, with a page, a store and a line that a test makes. Answers what it sent, what waits,
// and whether it comes again.
"use strict";
const { readFileSync } = require("node:fs");
const { webcrypto } = require("node:crypto");
const { runInThisContext } = require("node:vm");

const [, , own] = process.argv;
const { notes, now, again, failsOnce, typed = [] } = JSON.parse(readFileSync(0, "utf-8"));
const source = (name) => readFileSync(`${own}/${name}.js`, "utf-8");

const element = () => new Proxy({ hidden: false, checked: false, textContent: "", classList: {}, value: "", on: {} }, {
  get: (it, name) => {
    if (name === "addEventListener") return (what, use) => { it.on[what] = use; };
    if (name === "querySelectorAll") return () => [];
    if (name === "focus") return () => {};
    return it[name];
  },
});
const parts = new Map();
const part = (name) => parts.get(name) || parts.set(name, element()).get(name);
const page = { dataset: { origin: "https://visits.example.org" }, querySelector: (name) => part(name) };
part("[data-stopped]").hidden = true;
const heard = new Map();
const later = [];
let waiting = notes.map((one, at) => ({ key: at + 1, one }));
let last = notes.length;
let fails = failsOnce;
const [sent, shown] = [[], []];

const turn = () => new Promise((resolve) => setImmediate(resolve));
const scanner = { scanner: "00000000-0000-0000-0000-000000000001", name: "", last: "2026-12-01" };
globalThis.Date.now = () => now * 1000;
const realSetTimeout = globalThis.setTimeout;
globalThis.setTimeout = (use, wait) => { later.push({ use, wait }); return later.length; };
globalThis.clearTimeout = () => {};
globalThis.window = { addEventListener: (what, use) => heard.set(what, use) };
globalThis.document = { querySelector: () => page, querySelectorAll: () => [], addEventListener: () => {} };
globalThis.dureInside = { begin: () => {}, came: async () => {} };
globalThis.dureOwn = {
  day: (iso) => iso,
  kept: async (name) => (name === "scanner" ? scanner : undefined),
  note: async (one) => { last += 1; waiting.push({ key: last, one }); },
  notes: async (most) => {
    if (fails && sent.some(([path]) => path === "/checkin/beat")) { fails = false; throw new Error("the store did not answer"); }
    await turn();
    return waiting.slice(0, most);
  },
  waiting: async () => waiting.length,
  drop: async (keys) => { await turn(); waiting = waiting.filter(({ key }) => !keys.includes(key)); },
};
globalThis.fetch = async (path, { body }) => {
  await turn();
  const said = JSON.parse(body);
  sent.push([path, said.notes ? said.notes.map(({ code }) => code) : []]);
  if (path === "/checkin/scan") throw new TypeError("no line");
  return { ok: true, status: 200, json: async () => ({ next_seconds: 300, name: "", challenge: false, last: "2026-12-01", counts: false }) };
};
process.on("unhandledRejection", () => {});

const beats = () => later.filter(({ wait }) => wait >= 20_000).length;
const until = async (done) => {
  for (let left = 2_000; left && !done(); left -= 1) await new Promise((resolve) => realSetTimeout(resolve, 5));
};

(async () => {
  ({ privateKey: scanner.key } = await webcrypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]));
  runInThisContext(source("reading"));
  runInThisContext(source("door"));
  await turn();
  for (let at = 0; at < again; at += 1) heard.get("online")();
  await until(beats);
  for (const code of typed) {
    part("[data-typed]").value = code;
    part("[data-verdict]").className = "";
    part("[data-typing]").on.submit({ preventDefault: () => {} });
    await until(() => part("[data-verdict]").className);
    await until(() => part("[data-notes]").textContent === String(waiting.length));
    shown.push(part("[data-verdict]").className);
    const after = Date.now() + 60_000;
    globalThis.Date.now = () => after;
  }
  process.stdout.write(JSON.stringify({ sent, shown, waits: waiting.map(({ one }) => one.code), beats: beats() }));
})();
