// Reads a page of the lessons aloud with the device's own voice. The text always stands there too.
"use strict";
(() => {
  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
  const button = document.querySelector("[data-read-aloud]");
  if (!button) return;
  if (!("speechSynthesis" in window)) {
    document.querySelector("[data-no-voice]").hidden = false;
    return;
  }
  const voice = window.speechSynthesis;
  const label = button.querySelector("span");
  const listen = label.textContent;
  let reading = false;

  const rest = () => {
    reading = false;
    label.textContent = listen;
    document.querySelectorAll(".is-read").forEach((part) => part.classList.remove("is-read"));
  };
  const read = (parts) => {
    const part = parts.shift();
    document.querySelectorAll(".is-read").forEach((other) => other.classList.remove("is-read"));
    if (!reading || !part) return rest();
    const said = new SpeechSynthesisUtterance(part.textContent.replace(/[「」“”\u2060]/g, " "));
    said.lang = "ko-KR";
    said.rate = 0.9;
    said.onend = () => read(parts);
    said.onerror = rest;
    part.classList.add("is-read");
    voice.speak(said);
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    voice.cancel();
    if (reading) return rest();
    reading = true;
    label.textContent = button.dataset.stop;
    read([...document.querySelectorAll("[data-aloud]")]);
  });
  window.addEventListener("pagehide", () => voice.cancel());
})();
