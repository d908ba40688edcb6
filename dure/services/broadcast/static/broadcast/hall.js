// The loudspeaker of a village hall: plays each announcement by itself when its time has come, what is urgent first and at once;
// goes on without a line with what it knows, and catches up when there is one again. Never plays what is over.
"use strict";
(() => {
  const box = document.querySelector("[data-hall]");
  if (!box) return;
  const part = (name) => box.querySelector(`[data-${name}]`);
  const says = box.dataset;
  const SOUNDS = "hall-sounds-1", KEPT = `hall-${says.hall}`;
  const ASK_MS = 10_000, ANSWER_MS = 8_000, LINE_MS = 60_000, ALOUD_MS = 600_000, ALOUD_AGAIN_MS = 3_600_000, GAP_MS = 1_500;
  const SOUND_WAIT_MS = 60_000; // so long one waits for a sound that is still being made
  const MUTE_WAIT_MS = 900_000; // and so long where the device has no voice of its own to say it with
  const DOUBT_MS = 12_000; // so long one asks whether it still holds; then there is no line, and it is played
  const SEOUL_MS = 9 * 3_600_000;

  const read = () => { try { return JSON.parse(localStorage.getItem(KEPT)) || {}; } catch { return {}; } };
  const kept = { due: [], played: {}, waiting: [], ahead: 0, ...read() };
  const keep = () => { try { localStorage.setItem(KEPT, JSON.stringify(kept)); } catch { /* full: what is in memory goes on */ } };

  // Our clock is the server's. Between two answers a clock that nobody can set counts on.
  let base = Date.now() + kept.ahead, mark = performance.now();
  const now = () => base + performance.now() - mark;
  const seoul = (at) => new Date(at + SEOUL_MS);
  const two = (n) => String(n).padStart(2, "0");
  const hour = (at) => `${two(seoul(at).getUTCHours())}:${two(seoul(at).getUTCMinutes())}`;
  const isNight = (at) => { const h = seoul(at).getUTCHours(); return h >= Number(says.nightBegins) || h < Number(says.nightEnds); };

  const limit = (ms) => (AbortSignal.timeout ? { signal: AbortSignal.timeout(ms) } : {}); // old browsers wait as long as they like

  let sound = null, playing = null, source = null, gone = false, busy = false, quietUntil = 0, answered = now(), aloudAt = 0;

  // ---------------------------------------------------------------------------------------- the line
  const wanted = (due) => due.filter((one) => one.sound && !kept.played[one.id]).map((one) => one.sound);
  const store = async () => {
    if (!window.caches) return;
    const sounds = await caches.open(SOUNDS), addresses = wanted(kept.due);
    for (const one of await sounds.keys()) if (!addresses.includes(new URL(one.url).pathname)) await sounds.delete(one);
    for (const address of addresses) if (!(await sounds.match(address))) await sounds.add(address).catch(() => null);
  };
  const ask = async () => {
    if (busy || gone) return;
    busy = true;
    const told = kept.waiting.slice(0, 100);
    try {
      const answer = await fetch(says.tell, { method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ played: told }), ...limit(ANSWER_MS) });
      if (answer.status === 404) { gone = true; stop(); kept.due = []; keep(); draw(); return; }
      if (!answer.ok) throw new Error("later");
      const { now: theirs, due } = await answer.json();
      base = theirs; mark = performance.now();
      answered = theirs;
      kept.ahead = theirs - Date.now();
      kept.waiting = kept.waiting.slice(told.length);
      for (const one of due) if (one.played && !kept.played[one.id]) kept.played[one.id] = theirs;
      kept.due = due;
      for (const [id, at] of Object.entries(kept.played)) if (theirs - at > 40 * 86_400_000) delete kept.played[id];
      keep();
      if (playing && now() < playing.until && !due.some((one) => one.id === playing.id)) stop(); // it was ended meanwhile
      await store();
    } catch {
      // no line: what is kept is enough for now
    } finally {
      busy = false;
      draw();
    }
  };

  // ----------------------------------------------------------------------------------------- playing
  const stop = () => {
    const was = playing;
    playing = null;
    if (source) { source.onended = null; try { source.stop(); } catch { /* it had not begun */ } source = null; }
    if (window.speechSynthesis) speechSynthesis.cancel();
    return was;
  };
  const done = (one, silently) => {
    if (playing !== one) return;
    playing = source = null;
    kept.played[one.id] = now();
    if (!silently) kept.waiting.push([one.id, Math.round(now())]); // nobody is told that a device that stayed mute had played it
    kept.last = { words: one.words, kind: one.kind, urgent: one.urgent, at: now(), mute: Boolean(silently) };
    quietUntil = now() + GAP_MS;
    keep();
    draw();
    ask();
  };
  const bytes = async (address) => {
    const found = window.caches && (await (await caches.open(SOUNDS)).match(address));
    const answer = found || (await fetch(address, { credentials: "omit", ...limit(ANSWER_MS) }));
    if (!answer.ok) throw new Error("no sound");
    return answer.arrayBuffer();
  };
  const tones = () => { // three of our own, so that people look up
    [440, 587, 740].forEach((hertz, at) => {
      const tone = sound.createOscillator(), level = sound.createGain(), begins = sound.currentTime + at * 0.4;
      tone.frequency.value = hertz;
      level.gain.setValueAtTime(0.3, begins);
      level.gain.exponentialRampToValueAtTime(0.001, begins + 0.9);
      tone.connect(level).connect(sound.destination);
      tone.start(begins);
      tone.stop(begins + 1);
    });
  };
  const speaks = () => Boolean(window.speechSynthesis) && speechSynthesis.getVoices().some((one) => one.lang.startsWith("ko"));
  const aloud = (words, ended) => { // by the device's own voice
    if (!speaks()) { ended(false); return; }
    const said = new SpeechSynthesisUtterance(words);
    said.lang = "ko-KR";
    said.rate = 0.9;
    said.onend = () => ended(true);
    said.onerror = () => ended(false);
    speechSynthesis.speak(said);
  };
  const play = async (one) => {
    playing = one;
    draw();
    try {
      if (!one.sound) throw new Error("none was made");
      const read = await sound.decodeAudioData(await bytes(one.sound));
      if (playing !== one) return;
      source = sound.createBufferSource();
      source.buffer = read;
      source.connect(sound.destination);
      source.onended = () => done(one);
      source.start();
    } catch {
      if (playing !== one) return;
      tones();
      aloud(one.words, (spoken) => done(one, !spoken));
    }
  };
  const seen = {}; // since when this device waits for a sound
  const holds = (one, at) => one.at <= at && at < one.until && !kept.played[one.id] && (one.urgent || !isNight(at));
  const ready = (one, at) => (answered >= one.at || at - one.at > DOUBT_MS) && (one.sound || !one.waits || at - (seen[one.id] ?? (seen[one.id] = at)) > (speaks() ? SOUND_WAIT_MS : MUTE_WAIT_MS));
  const first = (at, fit) => kept.due.filter((one) => holds(one, at) && fit(one, at)).sort((a, b) => b.urgent - a.urgent || a.at - b.at)[0];
  let asked = -Infinity;
  const tick = () => {
    const at = now(), doubt = kept.due.some((one) => holds(one, at) && answered < one.at); // it may have been taken back since
    if (performance.now() - asked >= (doubt ? 1_000 : ASK_MS)) { asked = performance.now(); ask(); }
    if (sound && !gone) {
      const one = first(at, ready);
      if (one && playing && one.urgent && !playing.urgent) stop(); // what was cut short comes once more afterwards
      if (one && !playing && (one.urgent || at >= quietUntil)) play(one);
      const without = at - answered;
      if (without > ALOUD_MS && !playing && !isNight(at) && at - aloudAt > ALOUD_AGAIN_MS) {
        aloudAt = at;
        tones();
        aloud(says.aloud, () => {});
      }
    }
    draw();
  };

  // ------------------------------------------------------------------------------------------ screen
  const show = (name, words) => { const it = part(name); if (it.textContent !== words) it.textContent = words; };
  const draw = () => {
    const at = now(), due = sound && !playing && first(at, () => true); // what waits for its sound can be read already
    const without = at - answered, line = part("line"), said = part("said"), shown = playing || due || kept.last;
    show("clock", hour(at));
    show("day", new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeZone: "Asia/Seoul" }).format(at));
    const why = gone ? says.gone : without > LINE_MS ? says.ago.replace("{n}", String(Math.floor(without / 60_000))) : kept.last?.mute && !playing ? says.mute : "";
    line.hidden = !why;
    if (why) show("line", why);
    said.hidden = !shown;
    said.toggleAttribute("data-playing", Boolean(playing));
    said.toggleAttribute("data-urgent", Boolean(shown?.urgent));
    if (shown) {
      show("which", playing || due ? says.now : says.last);
      show("when", hour(playing || due ? at : kept.last.at));
      show("kind", shown.kind);
      show("words", shown.words);
    }
    const soon = kept.due.filter((one) => one.at > at && !kept.played[one.id]).sort((a, b) => a.at - b.at)[0];
    part("next").hidden = !soon && Boolean(shown);
    show("next", soon ? says.soon.replace("{time}", hour(soon.at)) : says.quiet);
    box.dataset.state = gone ? "gone" : !sound ? "off" : playing ? "playing" : "waiting";
  };

  part("begin").addEventListener("click", () => {
    sound = new (window.AudioContext || window.webkitAudioContext)();
    sound.resume();
    tones(); // who sets it up hears that it can be heard
    quietUntil = now() + 2_500;
    part("start").hidden = true;
    const awake = () => navigator.wakeLock?.request("screen").catch(() => {});
    awake();
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") awake(); });
    tick();
  });
  navigator.serviceWorker?.register(says.worker).then(() => navigator.serviceWorker.ready).then(({ active }) => {
    const made = [...document.querySelectorAll("link[rel=stylesheet], script[src], use, link[rel=icon]")].map((one) => one.href?.baseVal || one.href || one.src);
    active.postMessage({ keep: [location.href, ...new Set(made.map((one) => new URL(one, location.href)).filter((one) => one.origin === location.origin).map((one) => one.pathname))] });
  }).catch(() => {});
  addEventListener("online", ask);
  setInterval(tick, 1_000);
  tick();
})();
