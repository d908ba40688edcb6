// The code page. Everything here works without a line; a batch is fetched at a random moment of the evening or night before, so that
// the server does not learn when a code is shown.
"use strict";
(() => {
  const page = document.querySelector("[data-checkin]");
  if (!page) return;
  const own = window.dureCheckin, shake = window.dureShake;
  const find = (name) => page.querySelector(`[data-${name}]`);
  const [sheet, canvas, left, count, status, button] = ["sheet", "code", "left", "count", "status", "show"].map(find);
  const EDGE = 4, MODULES = 53, VERSION = 9;
  const AWAKE_MS = 3 * 60 * 1000; // then the code is put away: each minute on the screen uses up an envelope
  const EVENING_MS = 18 * 3600 * 1000, MORNING_MS = 30 * 3600 * 1000; // of the day before, from its midnight
  const AGAIN_MS = 60 * 1000;
  let offset = 0, ready = null, timer = 0, ticking = 0, until = 0, said = "", lock = null, running = 0;

  const now = () => Date.now() + offset;
  const challenge = () => {
    const typed = find("challenge").value.trim().toUpperCase();
    return /^[A-Z0-9]{4}$/.test(typed) ? typed : "";
  };
  const say = (what) => {
    if (said === what) return;
    said = what;
    status.textContent = what ? page.querySelector(`[data-say=${what}]`).textContent : "";
  };

  const pictureOf = (text) => {
    const drawn = qrcode(VERSION, "M");
    drawn.addData(text, "Alphanumeric");
    drawn.make();
    const pixels = new ImageData(canvas.width, canvas.height).data.fill(255);
    for (let row = 0; row < MODULES; row += 1) {
      for (let column = 0; column < MODULES; column += 1) {
        if (drawn.isDark(row, column)) pixels.fill(0, 4 * ((row + EDGE) * canvas.width + column + EDGE), 4 * ((row + EDGE) * canvas.width + column + EDGE) + 3);
      }
    }
    return new ImageData(pixels, canvas.width, canvas.height);
  };

  // The code of a moment, ready to be drawn. `why`: there is none.
  const made = async (at) => {
    const epoch = own.epochOf(at), slot = own.slotOf(at), letters = challenge();
    const day = await own.day(epoch).catch(() => null);
    if (!day) return { why: day === null ? "exchanged" : "none", epoch };
    const minute = own.minuteOf(slot), used = await own.peek(epoch, minute);
    if (used > own.ENVELOPES) return { why: "used", epoch };
    const text = await own.code(day, slot, used, letters);
    return { epoch, slot, minute, used, letters, text, picture: pictureOf(text) };
  };
  const fits = (one) => one && !one.why && one.epoch === own.epochOf(now()) && one.slot === own.slotOf(now()) && one.letters === challenge();

  const put = (one) => {
    canvas.getContext("2d").putImageData(one.picture, 0, 0);
    canvas.dataset.text = one.text;
    sheet.hidden = false;
    button.hidden = true;
    find("challenge-part").hidden = false;
    say("shown");
    performance.mark("checkin-shown");
  };

  const turn = async () => {
    clearTimeout(timer);
    const mine = (running += 1);
    let one = fits(ready) ? ready : await made(now());
    ready = null;
    if (mine !== running) return;
    if (!one.why && (await own.advance(one.epoch, one.minute)) !== one.used) one = await made(now()); // another window was quicker
    if (mine !== running) return;
    if (one.why) { await missing(one); return; }
    put(one);
    timer = setTimeout(due, own.SLOT_MS - (now() % own.SLOT_MS) + 20);
    (window.requestIdleCallback || setTimeout)(() => made(now() + own.SLOT_MS).then((next) => { ready = next; }, () => {}));
  };

  const due = () => (Date.now() < until ? turn() : away()); // asked when it is time: a telephone may have slept since

  const tick = () => {
    const seconds = Math.ceil((own.SLOT_MS - (now() % own.SLOT_MS)) / 1000);
    left.value = seconds;
    count.textContent = count.dataset.text.replace("{seconds}", seconds);
  };

  const away = (what = "paused") => {
    running += 1;
    clearTimeout(timer);
    clearInterval(ticking);
    ready = null;
    sheet.hidden = true;
    delete canvas.dataset.text;
    button.hidden = false;
    lock?.release().catch(() => {});
    lock = null;
    say(what);
  };

  const begin = async () => {
    until = Date.now() + AWAKE_MS;
    clearInterval(ticking);
    ticking = setInterval(tick, 1000);
    tick();
    navigator.wakeLock?.request("screen").then((held) => { lock = held; }, () => {});
    await turn();
  };

  // No codes of today, or none left: fetch them at once. There is nothing to hide behind any more.
  let asking = false;
  const missing = async ({ why, epoch }) => {
    away(why === "none" ? "loading" : why);
    if (asking || why === "exchanged") return;
    asking = true;
    let refused = await own.fetched(page.dataset.batches, epoch);
    offset = (await own.read("offset")) || 0;
    if (refused === "clock") refused = await own.fetched(page.dataset.batches, own.epochOf(now())); // this telephone has another day
    if (refused === "clock") refused = "later";
    asking = false;
    if (refused) {
      say(why === "used" && refused === "away" ? "used" : refused);
      if (refused === "later") setTimeout(() => { if (!document.hidden && said === "later") begin(); }, AGAIN_MS);
      return;
    }
    renew();
    await begin();
  };

  // Tomorrow's codes: at a moment drawn by chance between this evening and tomorrow morning; if it passed unseen, soon.
  const plan = async () => {
    const epoch = own.epochOf(now()), next = epoch + 1;
    await own.tidy(epoch);
    if (await own.day(next).catch(() => null)) return;
    let moment = await own.read("next");
    if (!moment || moment.epoch !== next) {
      const from = Math.max(now(), own.startsAt(epoch) + EVENING_MS);
      moment = { epoch: next, at: from + Math.random() * (own.startsAt(epoch) + MORNING_MS - from) };
      await own.write("next", moment);
    }
    const wait = moment.at > now() ? moment.at - now() : Math.random() * AGAIN_MS;
    setTimeout(async () => {
      if (!(await own.day(next).catch(() => null)) && !(await own.fetched(page.dataset.batches, next))) renew();
    }, Math.min(wait, 2 ** 31 - 1));
  };

  // The page itself is renewed when codes are fetched, never when one is shown.
  const worker = () => navigator.serviceWorker?.register(page.dataset.worker, { updateViaCache: "all" });
  const renew = () => worker()?.then(async (known) => {
    const parts = [...document.querySelectorAll("link[href], script[src]")].map((each) => each.href || each.src).filter((each) => each.startsWith(location.origin));
    const icons = [...new Set([...document.querySelectorAll("use")].map((each) => new URL(each.getAttribute("href"), location).href.split("#")[0]))];
    (known.active || known.waiting || known.installing).postMessage({ keep: location.pathname, parts: [...parts, ...icons] });
    await known.periodicSync?.register("checkin", { minInterval: 6 * 3600 * 1000 });
  }).catch(() => {});

  const look = () => {
    const kept = (name) => (document.cookie.match(`(?:^|; )${name}=([a-z0-9]+)`) || [])[1];
    document.documentElement.classList.toggle("large", kept("large") === "1");
    if (kept("theme")) document.documentElement.dataset.theme = kept("theme");
  };

  const shaking = () => {
    if (!shake.exists()) return;
    const press = find("shake");
    const draw = (on) => {
      press.setAttribute("aria-pressed", String(on));
      press.textContent = find(on ? "on" : "off").textContent;
    };
    const shaken = () => { if (sheet.hidden) begin(); };
    find("shake-part").hidden = false;
    press.addEventListener("click", async () => {
      const on = press.getAttribute("aria-pressed") !== "true" && (await shake.allowed());
      shake.keep(on);
      draw(on);
      if (on) shake.begin(shaken); else shake.end();
    });
    if (!shake.kept()) return;
    shake.allowed().then((yes) => { draw(yes); if (yes) shake.begin(shaken); });
  };

  button.addEventListener("click", () => begin());
  find("challenge").addEventListener("input", () => { if (!sheet.hidden && [0, 4].includes(find("challenge").value.trim().length)) turn(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) away(""); else begin(); });

  (async () => {
    if (!window.indexedDB || !window.crypto?.subtle || !window.nacl || !window.qrcode) { say("old"); return; }
    look();
    shaking();
    try {
      await own.mine(document.documentElement.dataset.whose);
      offset = (await own.read("offset")) || 0;
      const first = !(await own.day(own.epochOf(now())).catch(() => null));
      await begin();
      if (!first && !navigator.serviceWorker?.controller) renew();
      await plan();
    } catch (error) {
      say("old");
      throw error;
    }
  })();
})();
