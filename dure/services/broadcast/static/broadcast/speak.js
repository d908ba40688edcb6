// Records a voice beside the words. Without this script, or without a microphone, the words alone are sent.
"use strict";
(() => {
  const form = document.querySelector("[data-speak]");
  const box = form && form.querySelector("[data-recorder]");
  if (!box || !window.MediaRecorder || !navigator.mediaDevices || !window.DataTransfer) return;
  const press = box.querySelector("[data-record]"), says = box.querySelector("[data-says]");
  const file = form.querySelector("[name=voice]"), seconds = form.querySelector("[name=seconds]");
  const most = Number(form.dataset.secondsMax);
  const send = form.querySelector("button:not([type=button])");
  let recorder = null, begun = 0, timer = 0;
  const lasted = () => Math.min(most, (performance.now() - begun) / 1000);
  const counted = (words, n) => words.replace("{n}", String(Math.round(n)));
  const keep = (pieces, kind, length) => {
    const kept = new DataTransfer();
    kept.items.add(new File([new Blob(pieces, { type: kind })], "voice", { type: kind }));
    file.files = kept.files;
    seconds.value = length.toFixed(2);
    says.textContent = counted(box.dataset.kept, length);
    press.textContent = press.dataset.again;
  };
  const start = async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      says.textContent = box.dataset.no;
      return;
    }
    const kind = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"].find((one) => MediaRecorder.isTypeSupported(one));
    recorder = new MediaRecorder(stream, { ...(kind && { mimeType: kind }), audioBitsPerSecond: 32_000 });
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
