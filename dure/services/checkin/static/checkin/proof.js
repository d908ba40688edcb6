// Whether the key that came with a batch is the one that the visit party's public log tells of: by the proof, up to a head that the log
// signed (C2SP tlog-checkpoint, RFC 6962). The log's own key is the one that this telephone saw first.
"use strict";
(() => {
  const utf8 = new TextEncoder();
  const { join } = window.dureCheckin;
  const decoded = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (two) => parseInt(two, 16));
  const hash = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
  const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
  const LEAF = Uint8Array.of(0), NODE = Uint8Array.of(1);

  // name+key id+key, as C2SP signed-note writes it.
  const keyIn = (line) => {
    const first = line.indexOf("+"), second = line.indexOf("+", first + 1);
    const raw = decoded(line.slice(second + 1));
    if (first < 1 || second < first || raw.length !== 33 || raw[0] !== 1) throw new Error("no key of a log");
    return { name: line.slice(0, first), id: unhex(line.slice(first + 1, second)), public: raw.subarray(1) };
  };

  // The size and root of a head, if the log's key signed it.
  const headIn = (note, key) => {
    const end = note.indexOf("\n\n") + 1;
    const text = note.slice(0, end);
    const [name, size, root] = text.split("\n");
    const signed = note.slice(end + 1).split("\n").some((line) => {
      const [dash, who, said] = line.split(" ");
      if (dash !== "\u2014" || who !== key.name || !said) return false;
      const raw = decoded(said);
      return raw.length === 68 && same(raw.subarray(0, 4), key.id) && nacl.sign.detached.verify(utf8.encode(text), raw.subarray(4), key.public);
    });
    if (!end || !signed || name !== key.name || !/^[0-9]{1,9}$/.test(size)) throw new Error("the head is not signed");
    return { size: Number(size), root: decoded(root) };
  };

  const rootFrom = async (leaf, index, size, hashes) => {
    let own = index, last = size - 1, root = leaf;
    for (const each of hashes) {
      if (last === 0) return null;
      if (own % 2 || own === last) {
        root = await hash(NODE, each, root);
        while (own % 2 === 0 && own !== 0) { own /= 2; last = Math.floor(last / 2); }
      } else root = await hash(NODE, root, each);
      own = Math.floor(own / 2);
      last = Math.floor(last / 2);
    }
    return last === 0 ? root : null;
  };

  // `came`: a batch as the server sent it. Throws when its key is not the one in the log, or the log is not the one known (`line`).
  const check = async (came, line) => {
    if (line && line !== came.log) throw new Error("another log");
    const { told } = came;
    const head = headIn(told.note, keyIn(came.log));
    if (told.size !== head.size || !(told.index >= 0 && told.index < told.size)) throw new Error("another head");
    const root = await rootFrom(await hash(LEAF, utf8.encode(told.body)), told.index, told.size, told.hashes.map(unhex));
    if (!root || !same(root, head.root)) throw new Error("not in the log");
    const said = JSON.parse(told.body);
    const day = new Date(Date.UTC(2020, 0, 1) + came.epoch * 86400000).toISOString().slice(0, 10);
    const fits = said.kind === "key.made" && said.party === "visits" && said.purpose === "letters" && said.day === day && !("part" in said);
    if (!fits || said.public !== came.visits) throw new Error("another key");
  };

  Object.assign(window.dureCheckin, { check, decoded, unhex });
})();
