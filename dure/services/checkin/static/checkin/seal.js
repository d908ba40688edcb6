// What a telephone computes when it shows a code, byte for byte as rules/showing.py and rules/passes.py do. Tests let both make and
// open each other's codes. Nothing here remembers anything. The cipher, HMAC and SHA-256 are the browser's, the curve is tweetnacl's.
"use strict";
(() => {
  const VERSION = 1;
  const FIRST_DAY = Date.UTC(2020, 0, 1) - 9 * 3600 * 1000; // midnight in Seoul, which has no summer time
  const DAY_MS = 24 * 3600 * 1000;
  const SLOT_MS = 15 * 1000;
  const MARK = 8, PROOF = 16, SEALED = 64, WINDOWS = 720;
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const utf8 = new TextEncoder();

  const join = (...parts) => {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { all.set(part, at); at += part.length; }
    return all;
  };
  const number = (value, length) => Uint8Array.from({ length }, (_, at) => Math.floor(value / 256 ** (length - 1 - at)) % 256);
  const part = (all, size, at) => all.subarray(at * size, (at + 1) * size);

  // HMAC takes an empty key as one of noughts; not every browser imports an empty one.
  const hmac = async (key, said) => {
    const own = await crypto.subtle.importKey("raw", key.length ? key : new Uint8Array(32), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", own, said));
  };

  // HPKE (RFC 9180), base mode, one letter: X25519, HKDF-SHA256, AES-256-GCM.
  const KEM = join(utf8.encode("HPKE-v1KEM"), number(0x0020, 2));
  const SUITE = join(utf8.encode("HPKE-v1HPKE"), number(0x0020, 2), number(0x0001, 2), number(0x0002, 2));
  const NONE = new Uint8Array(0);
  const extracted = (salt, suite, label, said) => hmac(salt, join(suite, utf8.encode(label), said));
  const expanded = async (key, suite, label, said, length) =>
    (await hmac(key, join(number(length, 2), suite, utf8.encode(label), said, number(1, 1)))).subarray(0, length);

  const seal = async (to, context, plain, own = crypto.getRandomValues(new Uint8Array(32))) => {
    const once = nacl.scalarMult.base(own);
    const met = nacl.scalarMult(own, to);
    if (met.every((byte) => byte === 0)) throw new Error("no public key to seal to");
    const shared = await expanded(await extracted(NONE, KEM, "eae_prk", met), KEM, "shared_secret", join(once, to), 32);
    const schedule = join(number(0, 1), await extracted(NONE, SUITE, "psk_id_hash", NONE), await extracted(NONE, SUITE, "info_hash", context));
    const secret = await extracted(shared, SUITE, "secret", NONE);
    const key = await crypto.subtle.importKey("raw", await expanded(secret, SUITE, "key", schedule, 32), "AES-GCM", false, ["encrypt"]);
    const iv = await expanded(secret, SUITE, "base_nonce", schedule, 12);
    return join(once, new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain)));
  };

  const epochOf = (at) => Math.floor((at - FIRST_DAY) / DAY_MS);
  const startsAt = (epoch) => FIRST_DAY + epoch * DAY_MS;
  const slotOf = (at) => Math.floor((at - startsAt(epochOf(at))) / SLOT_MS);
  const minuteOf = (slot) => Math.floor(slot / 4);

  const header = (epoch, slot) => join(number(VERSION, 1), number(epoch, 2), number(slot, 2));

  const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
    return sum;
  });
  const checksum = (body) => {
    let sum = 0xffffffff;
    for (const byte of body) sum = TABLE[(sum ^ byte) & 255] ^ (sum >>> 8);
    return number((sum ^ 0xffffffff) >>> 0, 4);
  };
  const written = (raw) => {
    let text = "", held = 0, bits = 0;
    for (const byte of raw) {
      held = (held << 8) | byte;
      bits += 8;
      for (; bits >= 5; bits -= 5) text += LETTERS[(held >>> (bits - 5)) & 31];
      held &= (1 << bits) - 1;
    }
    return bits ? text + LETTERS[(held << (5 - bits)) & 31] : text;
  };

  // Which two marks a minute has: one of each cover of the day by windows of two minutes.
  const nonceOf = (day, minute) =>
    join(part(day.marks, MARK, Math.floor(minute / 2)), part(day.marks, MARK, WINDOWS + Math.floor((minute + 1) / 2)));

  // The pass that envelope number `used` (from one) makes in this slot, before it is sealed.
  const passOf = async (day, slot, used, challenge) => {
    const minute = minuteOf(slot);
    const envelope = part(day.envelopes, SEALED + PROOF, used - 1);
    const sealed = envelope.subarray(0, SEALED);
    const nonce = nonceOf(day, minute);
    const key = join(envelope.subarray(SEALED), part(day.stamps, PROOF, minute));
    const said = join(utf8.encode("show"), header(day.epoch, slot), nonce, sealed, utf8.encode(challenge));
    return join(nonce, (await hmac(key, said)).subarray(0, PROOF), sealed);
  };

  // The text of the QR code.
  const code = async (day, slot, used, challenge = "", own = undefined) => {
    const head = header(day.epoch, slot);
    const letter = await seal(day.visits, join(utf8.encode("dure.checkin/1 pass "), head), await passOf(day, slot, used, challenge), own);
    const body = join(head, letter);
    return written(join(body, checksum(body)));
  };

  window.dureCheckin = { code, passOf, epochOf, startsAt, slotOf, minuteOf, join, number, SLOT_MS, ENVELOPES: 48 };
})();
