// "Near me": asks the device where it is, once and only when pressed, and loads the list for that place.
"use strict";
(() => {
  const button = document.querySelector("[data-near]");
  if (!button || !navigator.geolocation) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        location.search = new URLSearchParams({ at: `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}` });
      },
      () => button.removeAttribute("aria-busy"),
      { maximumAge: 600000, timeout: 15000 },
    );
  });
})();
