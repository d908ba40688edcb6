// Counts the seconds in which an alert can be taken back, then looks how far it is.
"use strict";
(() => {
  const card = document.querySelector("[data-undo]");
  if (!card) return;
  const until = Date.now() + Number(card.dataset.undo) * 1000;
  const left = card.querySelector("[data-left]");
  const again = 3000; // it leaves by another hand, a moment later
  const tick = () => {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    if (seconds > 0) {
      if (left) left.textContent = String(seconds);
      setTimeout(tick, 250);
    } else {
      setTimeout(() => window.location.reload(), again);
    }
  };
  tick();
})();
