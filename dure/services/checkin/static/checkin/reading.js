// What a scanner can say of a code by itself, without a line: its form, its checksum, its time. The same rules as rules/passes.py.
"use strict";
const dureReading = (() => {
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const [BYTES, TEXT, VERSION] = [153, 245, 1];
  const [SLOT, EARLY, LATE] = [15, 15, 30];  // seconds
  const FIRST_DAY = Date.UTC(2020, 0, 1) / 1000 - 9 * 3600;  // of Korea, which has no summer time

  const bytes = (text) => {
    const out = new Uint8Array(BYTES);
    let [value, bits, at] = [0, 0, 0];
    for (const letter of text) {
      value = ((value << 5) | LETTERS.indexOf(letter)) & 0x1fff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        out[at] = (value >> bits) & 255;
        at += 1;
      }
    }
    return out;
  };

  const checksum = (body) => {
    let crc = 0xffffffff;
    for (const byte of body) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return (crc ^ 0xffffffff) >>> 0;
  };

  // A code that was read out: twelve letters, or twelve digits from a telephone call, of which the last one checks the others.
  const SPEAKABLE = "34679ACDEFGHJKMNPQRTUVWXY";
  const WEIGHTS = [2, 4, 6, 8, 9, 11, 12, 13, 14, 16, 17];
  const fits = (code) => {
    const letters = [...code].map((letter) => SPEAKABLE.indexOf(letter));
    const sum = WEIGHTS.reduce((all, weight, at) => all + weight * letters[at], letters[11]);
    if (letters.every((letter) => letter >= 0) && sum % 25 === 0) return true;
    if (!/^[0-9]+$/.test(code)) return false;
    let rest = 10;
    for (const digit of code.slice(0, 11)) rest = (2 * ((rest + Number(digit)) % 10 || 10)) % 11;
    return (11 - rest) % 10 === Number(code[11]);
  };

  const bare = (read) => read.trim().toUpperCase().replace(/[\s-]/g, "");
  const isSpoken = (read) => /^[A-Z0-9]{12}$/.test(bare(read));

  // What a camera may take of what it sees. A slip has several codes, and it sees all of them: of codes on paper it takes one, and the
  // next one when it has seen none for three seconds.
  const AWAY = 3000;
  const sheet = () => {
    let until = 0;
    return {
      may: (read, at) => {
        if (!isSpoken(read) || at >= until) return true;
        until = at + AWAY;
        return false;
      },
      took: (read, at) => { if (isSpoken(read)) until = at + AWAY; },
    };
  };

  // "noted", "show_again" or "not_ours", at this second.
  const look = (read, now) => {
    const text = read.trim().toUpperCase();
    if (/[^\x00-\x7f]/.test(text)) return "noted";  // typed on a Korean keyboard: put right where it is settled
    if (isSpoken(text)) return fits(bare(text)) ? "noted" : "show_again";
    if (text.length !== TEXT || !/^[A-Z2-7]+$/.test(text)) return "not_ours";
    const raw = bytes(text);
    const view = new DataView(raw.buffer);
    if (view.getUint32(BYTES - 4) !== checksum(raw.subarray(0, BYTES - 4))) return "show_again";
    if (raw[0] !== VERSION) return "not_ours";
    const begins = FIRST_DAY + view.getUint16(1) * 86400 + view.getUint16(3) * SLOT;
    return now >= begins - EARLY && now < begins + SLOT + LATE ? "noted" : "show_again";
  };

  return { look, sheet };
})();
