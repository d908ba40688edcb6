// Proofs that wait on this telephone: each has an id of its own, under which it is taken once, however often it is sent.
// The page (prove.js) and the script in the background (worker.js) both send, one at a time; each proof is its person's alone.
"use strict";
self.dureWaiting = (() => {
  const [BASE, STORE, LINE] = ["pledges-waiting", "proofs", "/pledges/mine/line/"];
  const [MOST, ANSWER_MS, OLD_MS] = [60, 90_000, 14 * 24 * 3600_000]; // after that no proof can count: a day is open for three
  const taken = new Set([200, 201]);

  const opened = () => new Promise((done, failed) => {
    const asked = indexedDB.open(BASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const within = async (mode, use) => {
    const base = await opened();
    try {
      return await new Promise((done, failed) => {
        const work = base.transaction(STORE, mode);
        let found;
        use(work.objectStore(STORE), (value) => { found = value; });
        work.oncomplete = () => done(found); // on the disk, not only asked for
        work.onabort = () => failed(work.error);
      });
    } finally {
      base.close();
    }
  };

  const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const everything = () => within("readonly", (store, say) => { store.getAll().onsuccess = (event) => say(event.target.result); });
  const all = async (whose) => (await everything()).filter((one) => one.whose === whose).sort((one, other) => one.at - other.at);
  // Changes one that is still there: what its person deleted meanwhile does not come back.
  const mark = (id, refused) => within("readwrite", (store) => {
    store.get(id).onsuccess = (event) => event.target.result && store.put({ ...event.target.result, refused });
  });
  const drop = (id) => within("readwrite", (store) => store.delete(id));
  const same = (one, other) => one.whose === other.whose && one.to === other.to && one.day === other.day;

  // What waits for the same day is replaced; its photo stays where the new one has none. Answers whether there was room.
  const add = (said) => within("readwrite", (store, say) => {
    store.getAll().onsuccess = (event) => {
      const known = event.target.result, before = known.find((one) => same(one, said) && !one.refused);
      if (known.length >= MOST && !before) { say(false); return; }
      if (before) store.delete(before.id);
      const picture = said.picture || (before && before.picture) || null;
      store.put({ ...said, picture, id: fresh(), at: Date.now(), refused: "" });
      say(true);
    };
  });

  // Who is logged in, what a form needs, and what time it is there. Throws where there is no line, or nothing of ours on it.
  const line = async () => {
    const answer = await fetch(LINE, { credentials: "same-origin", cache: "no-store", redirect: "error", signal: AbortSignal.timeout?.(ANSWER_MS) });
    const said = await answer.json();
    if (!answer.ok || typeof said.whose !== "string") throw new Error(`later: ${answer.status}`);
    return said;
  };

  // Empty when it was taken; why not, when it was looked at and refused. Throws when nobody can know: it is then sent again.
  const carry = async (one, csrf) => {
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...one.fields, day: one.day, idempotency_key: one.id })) body.append(name, value);
    if (one.picture) body.append("picture", one.picture, "photo");
    const answer = await fetch(one.to, { method: "POST", body, credentials: "same-origin", redirect: "error", headers: { "X-CSRFToken": csrf }, signal: AbortSignal.timeout?.(ANSWER_MS) });
    const said = await answer.json(); // what is not ours to read (a portal, a proxy, an error page) is no answer
    if (taken.has(answer.status) && said.key === one.id) return "";
    if (typeof said.said !== "string" || answer.status >= 500 || [401, 408, 429].includes(answer.status)) throw new Error(`later: ${answer.status}`);
    return said.said;
  };

  const gone = async (one) => {
    for (const other of await all(one.whose)) if (other.id === one.id || (other.refused && same(one, other))) await drop(other.id);
  };

  // Sends what waits, in the order in which it was written. Answers whose line it is, where what was taken belongs, and whether
  // some has to be sent again later; one that fails holds up no other. Throws where there is no line.
  const send = () => (self.navigator.locks ? navigator.locks.request("pledges-waiting", sending) : sending());
  const sending = async () => {
    for (const one of await everything()) if (one.at < Date.now() - OLD_MS) await drop(one.id);
    if (!(await everything()).some((one) => !one.refused)) return { whose: null, sent: [], again: false };
    const { whose, csrf } = await line(), sent = [];
    let again = false;
    for (const one of (await all(whose)).filter((each) => !each.refused)) {
      try {
        const refused = await carry(one, csrf);
        if (refused) await mark(one.id, refused);
        else {
          await gone(one);
          sent.push(one.to);
        }
      } catch (error) {
        again = true;
        if (error instanceof TypeError) break; // the line broke off
      }
    }
    return { whose, sent, again };
  };

  return { all, add, mark, drop, line, send };
})();
