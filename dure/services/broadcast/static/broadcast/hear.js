// Plays an announcement: the voice of who speaks, or this device's own voice; and tells which parts of it were played.
// Without this script the browser's own player does it, and one says by a tap that one heard it.
"use strict";
(() => {
  const box = document.querySelector("[data-player]");
  const undo = document.querySelector("[data-undo]");
  if (undo) {
    let left = Number(undo.dataset.undo);
    const timer = setInterval(() => {
      left -= 1;
      undo.querySelector("[data-left]").textContent = String(Math.max(0, left));
      if (left > 0) return;
      clearInterval(timer);
      location.reload();
    }, 1000);
  }
  if (!box) return;
  const press = box.querySelector("[data-play]"), label = box.querySelector("[data-play-label]"), says = box.querySelector("[data-says]");
  const speeds = box.querySelector("[data-speeds]"), audio = box.querySelector("audio");
  const csrf = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
  let speed = 1, waiting = [], sending = false;

  // What was played waits here until it was told; a part told twice counts once.
  const tell = async () => {
    if (!box.dataset.played || !waiting.length || sending) return;
    sending = true;
    const parts = waiting;
    waiting = [];
    try {
      const answer = await fetch(box.dataset.played, { method: "POST", credentials: "same-origin", keepalive: true, headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() }, body: JSON.stringify({ parts, of: box.dataset.of || "words" }) });
      if (answer.status >= 500) throw new Error("later");
      if (answer.ok && (await answer.json()).heard) done();
    } catch {
      waiting = parts.concat(waiting); // no line: with the next part, or when it is back
    } finally {
      sending = false;
    }
  };
  const done = () => {
    const form = document.querySelector("[data-heard-form]"), said = document.querySelector("[data-heard-now]");
    if (form) form.hidden = true;
    if (said) said.hidden = false;
  };
  addEventListener("online", tell);
  addEventListener("pagehide", tell);
  const shown = (word) => { label.textContent = label.dataset[word]; };
  const faster = (change) => {
    speeds.hidden = false;
    speeds.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-speed]");
      if (!chosen) return;
      speed = Number(chosen.dataset.speed);
      for (const one of speeds.querySelectorAll("[data-speed]")) one.setAttribute("aria-pressed", String(one === chosen));
      change();
    });
  };

  if (audio) {
    let from = null;
    const close = () => {
      if (from !== null && audio.currentTime > from) waiting.push([from, audio.currentTime]);
      from = null;
      tell();
    };
    let last = 0;
    audio.addEventListener("play", () => { from = last = audio.currentTime; shown("stop"); });
    audio.addEventListener("timeupdate", () => {
      if (from === null) return;
      const at = audio.currentTime;
      if (at < last || at - last > 2 * speed) { // a jump: what lies between was not played
        if (last > from) waiting.push([from, last]);
        from = at;
      } else if (at - from >= 5) {
        waiting.push([from, at]);
        from = at;
        tell();
      }
      last = at;
    });
    audio.addEventListener("pause", () => { close(); shown("go"); });
    audio.addEventListener("ended", () => { close(); shown("again"); });
    (audio.querySelector("source:last-of-type") || audio).addEventListener("error", () => { says.textContent = box.dataset.failed; });
    press.hidden = false;
    press.addEventListener("click", () => { if (audio.paused) audio.play().catch(() => { says.textContent = box.dataset.failed; }); else audio.pause(); });
    faster(() => { audio.playbackRate = speed; });
    return;
  }

  if (!("speechSynthesis" in window)) return; // the words stand on the page
  const pieces = [...document.querySelectorAll("[data-piece]")].filter((one) => one.textContent.trim());
  const language = box.dataset.lang || "ko-KR"; // as announcements are written, unless somebody put them into another
  let at = 0, speaking = false;
  const mark = (piece) => { for (const one of pieces) one.classList.toggle("now", one === piece); };
  const stop = (word) => { speaking = false; speechSynthesis.cancel(); mark(null); shown(word); };
  const next = () => {
    const piece = pieces[at];
    if (!piece) { at = 0; stop("again"); return; }
    const said = new SpeechSynthesisUtterance(piece.textContent);
    Object.assign(said, { lang: language, rate: speed });
    said.onstart = () => mark(piece);
    said.onend = () => {
      if (!speaking || pieces[at] !== piece) return;
      waiting.push([Number(piece.dataset.begins), Number(piece.dataset.ends)]);
      tell();
      at += 1;
      next();
    };
    said.onerror = (event) => {
      if (!speaking || event.error === "canceled" || event.error === "interrupted") return;
      says.textContent = box.dataset.failed;
      stop("go");
    };
    speechSynthesis.speak(said);
  };
  box.hidden = press.hidden = false;
  press.addEventListener("click", () => {
    if (speaking) { stop("go"); return; }
    speaking = true;
    shown("stop");
    speechSynthesis.cancel();
    next();
  });
  faster(() => { if (speaking) { speechSynthesis.cancel(); next(); } });
  addEventListener("pagehide", () => speechSynthesis.cancel());
})();
