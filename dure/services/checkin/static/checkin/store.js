// What this telephone keeps for one person, in this browser: the codes of today and tomorrow, how many envelopes are used, the minute
// of the last one, and which code to read out is next. Days that are over go. Another person, or nobody, logged in: all of it goes (dure.js forgets what is called own-).
"use strict";
(() => {
  const own = window.dureCheckin;
  const NAME = "own-checkin";

  const open = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("own");
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
  });

  // Runs `use` on the store in one transaction; what it puts into `said` is answered when all of it is safe.
  const within = async (mode, use) => {
    const base = await open();
    try {
      return await new Promise((resolve, reject) => {
        const work = base.transaction("own", mode);
        const said = {};
        work.oncomplete = () => resolve(said.value);
        work.onabort = work.onerror = () => reject(work.error);
        use(work.objectStore("own"), said);
      });
    } finally {
      base.close();
    }
  };
  const read = (name) => within("readonly", (store, said) => { store.get(name).onsuccess = (event) => { said.value = event.target.result; }; });
  const write = (name, value) => within("readwrite", (store) => { store.put(value, name); });

  // What lies here is one person's. Where the browser does not let pages see what another person left (an older one), it goes now.
  const mine = async (whose) => {
    if (!whose || (await read("whose")) === whose) return;
    await within("readwrite", (store) => { store.clear(); store.put(whose, "whose"); });
  };

  const after = (before, epoch, minute) => {
    const known = before && before.epoch === epoch ? before : { epoch, used: 0, minute: -1 };
    return known.minute === minute && known.used ? known : { epoch, used: known.used + 1, minute };
  };
  // The number of the envelope of this minute, from one; written down before it is shown, so that no envelope has two minutes.
  const advance = (epoch, minute) => within("readwrite", (store, said) => {
    store.get("shown").onsuccess = (event) => {
      const now = after(event.target.result, epoch, minute);
      said.value = now.used;
      if (now.used <= own.ENVELOPES) store.put(now, "shown");
    };
  });
  const peek = async (epoch, minute) => after(await read("shown"), epoch, minute).used;

  const keep = async (came) => {
    await own.check(came, await read("log"));
    const day = { epoch: came.epoch, visits: own.unhex(came.visits), envelopes: own.decoded(came.envelopes), marks: own.decoded(came.marks), stamps: own.decoded(came.stamps), spoken: came.spoken || [] };
    await within("readwrite", (store) => {
      store.put(came.log, "log");
      store.put(day, `day-${came.epoch}`);
      store.delete(`came-${came.epoch}`);
      store.get("shown").onsuccess = (event) => {
        const shown = event.target.result;
        if (shown && shown.epoch === came.epoch) store.put({ epoch: came.epoch, used: 0, minute: -1 }, "shown");
      };
    });
    return day;
  };

  // The codes of a day, if they are here: those that came in the background are looked at now.
  const day = async (epoch) => {
    const here = await read(`day-${epoch}`);
    if (here) return here;
    const came = await read(`came-${epoch}`);
    return came ? keep(came) : undefined;
  };

  const tidy = (epoch) => within("readwrite", (store) => {
    store.openKeyCursor().onsuccess = (event) => {
      const at = event.target.result;
      if (!at) return;
      const [, of] = /^(?:day|came)-(\d+)$/.exec(at.key) || [];
      if (of !== undefined && Number(of) < epoch) store.delete(at.key);
      at.continue();
    };
    for (const name of ["shown", "said"]) {
      store.get(name).onsuccess = (event) => { if (event.target.result && event.target.result.epoch < epoch) store.delete(name); };
    }
  });

  // Fetches a day. Answers "" or why not: away, later, often, logged_out, not_agreed, exchanged, clock (ask for another day).
  const WHY = { not_allowed: "logged_out", not_agreed: "not_agreed", too_often: "often", day_closed: "clock" };
  const fetched = async (address, epoch) => {
    let answer, came;
    const sent = Date.now();
    try {
      answer = await fetch(address.replace("/0/", `/${epoch}/`), { credentials: "same-origin", cache: "no-store" });
      came = await answer.json();
    } catch {
      return "away";
    }
    if (came.now) await write("offset", Math.round(came.now - (sent + Date.now()) / 2));
    if (!answer.ok) return WHY[came.code] || "later";
    try {
      await keep(came);
    } catch (error) {
      return error instanceof DOMException ? "old" : "exchanged";
    }
    return "";
  };

  Object.assign(own, { mine, read, write, advance, peek, day, tidy, fetched });
})();
