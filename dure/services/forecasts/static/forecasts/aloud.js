// Reads a forecast aloud with the device's own voice, piece by piece. The text always stands there too.
"use strict";
(() => {
  const button = document.querySelector("[data-listen]");
  if (!button || !("speechSynthesis" in window)) return;
  const voice = window.speechSynthesis;
  const label = button.querySelector("span");
  const listen = label.textContent;
  let turn = 0;

  const quiet = () => {
    turn += 1;
    voice.cancel();
    label.textContent = listen;
    button.setAttribute("aria-pressed", "false");
  };
  const say = (pieces, mine) => {
    const piece = pieces.shift();
    if (mine !== turn) return;
    if (!piece) return quiet();
    const said = new SpeechSynthesisUtterance(piece.dataset.say || piece.textContent);
    said.lang = document.documentElement.lang === "en" ? "en-US" : "ko-KR";
    said.rate = 0.9;
    said.onend = () => say(pieces, mine);
    said.onerror = () => mine === turn && quiet();
    voice.speak(said);
  };
  button.hidden = false;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const wasSpeaking = button.getAttribute("aria-pressed") === "true";
    quiet();
    if (wasSpeaking) return;
    button.setAttribute("aria-pressed", "true");
    label.textContent = button.dataset.stop;
    say([...document.querySelectorAll("[data-say]")], turn);
  });
  window.addEventListener("pagehide", quiet);
})();
