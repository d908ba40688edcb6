// The page of a scanner: reads codes by camera, by a scanner that types, or by hand; shows a colour, a sign and a word.
// Nothing leaves the device but the text of a code. Without a line codes are kept, sealed as they are, and brought later.
"use strict";
(() => {
  const page = document.querySelector("[data-door]");
  if (!page) return;
  const part = (name) => page.querySelector(`[data-${name}]`);
  const [SECONDS, DAY] = [1000, 24 * 3600];
  const [ANSWER, SETTLE, SAME, SHOWN, LOOK] = [4 * SECONDS, 20 * SECONDS, 20 * SECONDS, 6 * SECONDS, 150];
  const TOKEN_SECONDS = 14 * 60;
  const WARNED = 7 * DAY;  // before its key ends; as rules/registry.py has it
  const MIDNIGHT = 15 * 3600;  // in Korea, where its last day ends: seconds after midnight in Greenwich
  const SPEAKABLE = "34679ACDEFGHJKMNPQRTUVWXY";
  const [BATCH, FIVE] = [100, 5];
  let own = null;
  let token = { text: "", until: 0 };
  let seen = new Map();  // text -> when it was taken: a camera reads the same screen many times
  let taken = new Map();  // code -> when it was noted without a line: the same one is not noted again
  let letters = "";
  let quiet = 0;

  const seconds = () => Math.floor(Date.now() / SECONDS);
  const base64 = (raw) => btoa(String.fromCharCode(...raw)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const bearer = async () => {
    if (token.until > seconds() + 60) return token.text;
    const until = seconds() + TOKEN_SECONDS;
    const said = new Uint8Array(21);
    said[0] = 1;
    own.scanner.replace(/-/g, "").match(/../g).forEach((pair, at) => { said[1 + at] = parseInt(pair, 16); });
    new DataView(said.buffer).setUint32(17, until);
    const scope = new TextEncoder().encode(`dure.checkin/1 scanner ${page.dataset.origin} `);
    const signed = new Uint8Array(await crypto.subtle.sign("Ed25519", own.key, new Uint8Array([...scope, ...said])));
    token = { text: base64([...said, ...signed]), until };
    return token.text;
  };

  // The answer as a value; null where there was none: no line, or a server that has no time.
  const ask = async (path, body) => {
    try {
      const answer = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json", Authorization: `Bearer ${await bearer()}` },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER),
      });
      if (answer.status === 401 || answer.status === 403) {
        const said = await answer.json().catch(() => ({}));
        stop(said.detail || "");
        return null;
      }
      line(answer.ok);
      return answer.ok ? await answer.json() : null;
    } catch {
      line(false);
      return null;
    }
  };

  const line = (there) => {
    part("online").hidden = !there;
    part("offline").hidden = there;
  };

  const stop = (text) => {
    part("stopped").hidden = false;
    if (text) part("why").textContent = text;
    part("reading").hidden = true;
    if (camera.stream) camera.end();
  };

  const beep = (word) => {
    if (!part("sound").checked) return;
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!Context) return;
    beep.context = beep.context || new Context();
    const tones = { welcome: [880], noted: [660, 660], show_again: [330, 262], not_ours: [220, 220, 220] }[word];
    tones.forEach((tone, at) => {
      const [voice, loud] = [beep.context.createOscillator(), beep.context.createGain()];
      const begins = beep.context.currentTime + at * 0.16;
      voice.frequency.value = tone;
      loud.gain.setValueAtTime(0.2, begins);
      loud.gain.exponentialRampToValueAtTime(0.001, begins + 0.14);
      voice.connect(loud).connect(beep.context.destination);
      voice.start(begins);
      voice.stop(begins + 0.15);
    });
  };

  const show = (word) => {
    const screen = part("verdict");
    screen.className = `verdict ${word}`;
    for (const each of screen.querySelectorAll("[data-word]")) each.hidden = each.dataset.word !== word;
    clearTimeout(quiet);
    if (word === "ready") return;
    beep(word);
    quiet = setTimeout(() => show("ready"), SHOWN);
  };

  const count = async (more) => {
    const today = new Date(Date.now() + 9 * 3600 * SECONDS).toISOString().slice(0, 10);
    const kept = await dureOwn.kept("count");
    const now = { day: today, came: (kept && kept.day === today ? kept.came : 0) + more };
    if (more) await dureOwn.kept("count", now);
    part("count").textContent = String(Math.floor(now.came / FIVE) * FIVE);
    const waiting = await dureOwn.waiting();
    part("waiting").hidden = !waiting;
    part("notes").textContent = String(waiting);
  };

  const fresh = () => {
    if (!own.challenge) return;
    const chance = crypto.getRandomValues(new Uint8Array(64));
    letters = [...chance].filter((byte) => byte < 250).slice(0, 4).map((byte) => SPEAKABLE[byte % 25]).join("");
    part("letters").textContent = [...letters].join(" ");
    part("challenge").hidden = false;
  };

  const bare = (text) => text.toUpperCase().replace(/[\s-]/g, "");

  // Whether somebody was let in, or noted.
  const take = async (read) => {
    const text = read.trim();
    if (!text || !own) return false;
    const now = Date.now();
    seen = new Map([...seen].filter(([, at]) => now - at < SAME));
    if (seen.has(text)) return false;
    seen.set(text, now);
    const challenge = letters;
    taken = new Map([...taken].filter(([, at]) => now - at < DAY * SECONDS));
    const said = await ask("/checkin/scan", { code: text.slice(0, 980), challenge });
    let word = said && said.verdict;
    if (!word) {
      if (!part("stopped").hidden) return false;
      if (left() <= 0) {  // it would count for nobody
        stop("");
        return false;
      }
      word = dureReading.look(text, seconds());
      if (word === "noted" && taken.has(bare(text))) word = "show_again";
      if (word === "noted") {
        taken.set(bare(text), now);
        await dureOwn.note({ code: text.slice(0, 980), scanned_at: seconds(), challenge });
      }
    }
    show(word);
    if (word !== "welcome" && word !== "noted") return false;
    fresh();
    await count(1);
    if (own.counts) await dureInside.came();
    return true;
  };

  const bring = async () => {
    for (;;) {
      const found = await dureOwn.notes(BATCH);
      if (!found.length) break;
      const old = found.filter(({ one }) => one.scanned_at < seconds() - DAY);
      if (old.length) await dureOwn.drop(old.map(({ key }) => key));
      const fit = found.filter(({ one }) => one.scanned_at >= seconds() - DAY);
      if (!fit.length) continue;
      if (!(await ask("/checkin/settle", { notes: fit.map(({ one }) => one) }))) break;
      await dureOwn.drop(fit.map(({ key }) => key));
    }
    await count(0);
  };

  // One at a time: a line that comes back is told of by the browser and by a heart-beat, and each wants what waits brought.
  const settle = () => {
    settle.running = settle.running || bring().finally(() => { settle.running = null; });
    return settle.running;
  };

  const beat = async () => {
    const heard = await ask("/checkin/beat", {});
    try {
      if (heard) {
        own = { ...own, name: heard.name, challenge: heard.challenge, last: heard.last, counts: heard.counts };
        await dureOwn.kept("scanner", own);
        begin();
        await settle();
        keep().catch(() => { keep.asked = false; });  // tried again with the next beat
      }
    } finally {  // a store that fails once must not be the last heart-beat
      setTimeout(beat, heard ? (heard.next_seconds + Math.random() * 60) * SECONDS : SETTLE);
    }
  };

  // The page itself is kept on the device, with all that it is made of, each time it is there with a line.
  const keep = async () => {
    if (keep.asked || !navigator.serviceWorker) return;
    keep.asked = true;
    await navigator.serviceWorker.register(page.dataset.worker);
    const { active } = await navigator.serviceWorker.ready;
    const here = (address) => new URL(address, location).href.split("#")[0];
    const decoder = here(page.dataset.decoder);
    const parts = [decoder, new URL("index.js", decoder).href];
    for (const each of document.querySelectorAll("link[rel~=stylesheet], link[rel~=icon], script[src]")) parts.push(here(each.href || each.src));
    for (const each of document.querySelectorAll("use")) parts.push(here(each.getAttribute("href")));
    active.postMessage({ parts: [...new Set(parts)].filter((each) => each.startsWith(`${location.origin}/static/`)) });
  };

  const left = () => Date.parse(own.last) / SECONDS + MIDNIGHT - seconds();

  const begin = () => {
    part("ending").hidden = left() > WARNED;
    part("name").textContent = own.name;
    part("last").textContent = dureOwn.day(own.last);
    if (own.challenge && !letters) fresh();
    if (own.counts) dureInside.begin(ask);
  };

  const camera = {
    stream: null,
    async finder() {
      if ("BarcodeDetector" in window && (await window.BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
        const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
        return async (video) => (await detector.detect(video)).map((found) => found.rawValue);
      }
      const { default: decode } = await import(page.dataset.decoder);
      const paper = document.createElement("canvas");
      const pen = paper.getContext("2d", { willReadFrequently: true });
      return async (video) => {
        paper.width = video.videoWidth;
        paper.height = video.videoHeight;
        if (!paper.width) return [];
        pen.drawImage(video, 0, 0);
        try {
          return [decode(pen.getImageData(0, 0, paper.width, paper.height))];
        } catch {
          return [];  // no code in this picture
        }
      };
    },
    async begin() {
      const video = part("video");
      const wanted = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
      this.stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
      video.srcObject = this.stream;
      await video.play();
      const find = await this.finder();
      part("camera").hidden = true;
      part("picture").hidden = false;
      const sheet = dureReading.sheet();
      const look = async () => {
        if (!this.stream) return;
        for (const text of await find(video).catch(() => [])) {
          if (sheet.may(text, Date.now()) && (await take(text))) sheet.took(text, Date.now());
        }
        setTimeout(look, LOOK);
      };
      look();
    },
    end() {
      for (const track of this.stream.getTracks()) track.stop();
      this.stream = null;
      part("picture").hidden = true;
      part("camera").hidden = false;
    },
  };

  part("camera").addEventListener("click", () => {
    camera.begin().catch(() => { part("nocamera").hidden = false; });
  });
  part("end").addEventListener("click", () => camera.end());
  part("typing").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = part("typed");
    const text = field.value;
    field.value = "";
    field.focus();
    take(text);
  });
  // A scanner that types does so wherever the cursor stands: what begins outside of a field goes into it.
  document.addEventListener("keydown", (event) => {
    const free = !/^(INPUT|TEXTAREA|SELECT|BUTTON|A|SUMMARY)$/.test(document.activeElement.tagName);
    if (free && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) part("typed").focus();
  });
  window.addEventListener("online", settle);
  window.addEventListener("offline", () => line(false));

  dureOwn.kept("scanner").then(async (found) => {
    if (!found || !found.key) {
      part("unknown").hidden = false;
      return;
    }
    own = found;
    for (const { one } of await dureOwn.notes()) taken.set(bare(one.code), one.scanned_at * SECONDS);
    part("reading").hidden = false;
    begin();
    show("ready");
    await count(0);
    beat();
  }).catch(() => { part("unknown").hidden = false; });
})();
