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

  // "noted", "show_again" or "not_ours", at this second.
  const look = (read, now) => {
    const text = read.trim().toUpperCase();
    if (/[^\x00-\x7f]/.test(text)) return "noted";  // typed on a Korean keyboard: put right where it is settled
    if (text.length !== TEXT || !/^[A-Z2-7]+$/.test(text)) return "not_ours";
    const raw = bytes(text);
    const view = new DataView(raw.buffer);
    if (view.getUint32(BYTES - 4) !== checksum(raw.subarray(0, BYTES - 4))) return "show_again";
    if (raw[0] !== VERSION) return "not_ours";
    const begins = FIRST_DAY + view.getUint16(1) * 86400 + view.getUint16(3) * SLOT;
    return now >= begins - EARLY && now < begins + SLOT + LATE ? "noted" : "show_again";
  };

  return { look };
})();
