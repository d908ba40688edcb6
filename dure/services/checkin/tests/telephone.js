// A telephone without a screen, for tests: runs what the code page runs, on what stands in the standard input, and says what came out.
"use strict";
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const [vendor, own] = process.argv.slice(2);

globalThis.window = globalThis;
globalThis.document = { currentScript: { dataset: {} } };
globalThis.nacl = require(join(vendor, "nacl-fast.min.js"));
for (const file of ["seal.js", "proof.js", "shake.js"]) (0, eval)(readFileSync(join(own, file), "utf-8"));
(0, eval)(`${readFileSync(join(own, "reading.js"), "utf-8")}; globalThis.dureReading = dureReading;`);
const { dureCheckin, dureReading, dureShake } = globalThis;
const bytes = (text) => dureCheckin.decoded(text);

const asked = {
  code: async ({ came, at, used, challenge }) => {
    const day = { epoch: came.epoch, visits: dureCheckin.unhex(came.visits), envelopes: bytes(came.envelopes), marks: bytes(came.marks), stamps: bytes(came.stamps) };
    return dureCheckin.code(day, dureCheckin.slotOf(at), used, challenge);
  },
  times: async (moments) => moments.map((at) => [dureCheckin.epochOf(at), dureCheckin.slotOf(at), dureCheckin.startsAt(dureCheckin.epochOf(at))]),
  check: ({ came, line }) => dureCheckin.check(came, line).then(() => "", (error) => String(error.message)),
  look: async ({ texts, now }) => texts.map((text) => dureReading.look(text, now)),
  seen: async (pictures) => {
    const sheet = dureReading.sheet();
    return pictures.map(([at, ...texts]) => texts.filter((text) => {
      const taken = sheet.may(text, at);
      if (taken) sheet.took(text, at);
      return taken;
    }));
  },
  shaken: async (trace) => {
    const felt = dureShake.detector();
    return trace.filter(([x, y, z, at]) => felt(x, y, z, at)).length;
  },
};

(async () => {
  const said = [];
  for (const [what, given] of JSON.parse(readFileSync(0, "utf-8"))) said.push(await asked[what](given));
  process.stdout.write(JSON.stringify(said));
})();
