// Records a voice, and lays ready sentences into the field. Without this script, or without a microphone, the words alone are sent.
"use strict";
(() => {
  const form = document.querySelector("[data-speak]");
  if (!form) return;
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); // its key was used: it needs another one
  const words = form.querySelector("[name=words]");
  const ready = form.querySelector("[data-starters]");
  const blank = ready.dataset.blank;

  const fill = () => { // the next blank, marked so that what is typed takes its place
    const at = words.value.indexOf(blank);
    words.setCustomValidity(at < 0 ? "" : ready.dataset.fill);
    if (at < 0) return false;
    words.focus();
    words.setSelectionRange(at, at + blank.length);
    return true;
  };
  const isReady = (text) => [...ready.querySelectorAll("[data-words]")].some((one) => one.dataset.words === text);
  ready.hidden = false;
  ready.addEventListener("click", (event) => {
    const sentence = event.target.closest("[data-words]");
    if (!sentence) return;
    const before = words.value.trim();
    words.value = !before || isReady(before) ? sentence.dataset.words : `${before}\n${sentence.dataset.words}`;
    if (!fill()) words.focus();
    words.dispatchEvent(new Event("change", { bubbles: true }));
  });
  words.addEventListener("input", () => words.setCustomValidity(""));
  form.addEventListener("submit", (event) => {
    if (!fill()) return;
    event.preventDefault();
    words.reportValidity();
  });

  const box = form.querySelector("[data-recorder]");
  if (!box || !window.MediaRecorder || !navigator.mediaDevices || !window.DataTransfer) return;
  const press = box.querySelector("[data-record]"), says = box.querySelector("[data-says]");
  const file = form.querySelector("[name=voice]"), seconds = form.querySelector("[name=seconds]");
  const most = Number(form.dataset.secondsMax), least = 0.5;
  const send = form.querySelector("button:not([type=button])");
  let recorder = null, begun = 0, timer = 0;
  const lasted = () => Math.min(most, (performance.now() - begun) / 1000);
  const counted = (said, n) => said.replace("{n}", String(Math.round(n)));
  const keep = (pieces, kind, length) => {
    press.textContent = press.dataset.again;
    if (length < least) {
      file.value = seconds.value = "";
      says.textContent = box.dataset.short;
      return;
    }
    const kept = new DataTransfer();
    kept.items.add(new File([new Blob(pieces, { type: kind })], "voice", { type: kind }));
    file.files = kept.files;
    seconds.value = length.toFixed(2);
    says.textContent = counted(box.dataset.kept, length);
  };
  const start = async () => {
    let stream;
    press.disabled = true; // while the browser asks whether it may
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      says.textContent = box.dataset.no;
      return;
    } finally {
      press.disabled = false;
    }
    const kind = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"].find((one) => MediaRecorder.isTypeSupported(one));
    try {
      recorder = new MediaRecorder(stream, { ...(kind && { mimeType: kind }), audioBitsPerSecond: 32_000 });
    } catch {
      for (const track of stream.getTracks()) track.stop();
      says.textContent = box.dataset.no;
      return;
    }
    const pieces = [];
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    recorder.addEventListener("stop", () => {
      const length = lasted();
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
      press.classList.remove("going");
      send.disabled = false;
      keep(pieces, recorder.mimeType, length);
      recorder = null;
    });
    recorder.start();
    begun = performance.now();
    send.disabled = true;
    press.classList.add("going");
    press.textContent = press.dataset.stop;
    timer = setInterval(() => {
      says.textContent = counted(box.dataset.going, lasted());
      if (lasted() >= most) recorder.stop();
    }, 500);
  };
  box.hidden = false;
  press.addEventListener("click", () => { if (recorder) recorder.stop(); else start(); });
})();
