// Coupons once opened work without a line: a service worker keeps the pages, and says when there is no line.
"use strict";
(() => {
  const worker = document.currentScript.dataset.worker;
  const note = document.querySelector("[data-no-line]");
  const show = async () => { // a browser that says it has a line may have none: it is tried
    if (!note) return;
    let isHere = navigator.onLine;
    if (isHere) await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => { isHere = false; });
    note.hidden = isHere;
  };
  addEventListener("online", show);
  addEventListener("offline", show);
  show();
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.register(worker).then(() => navigator.serviceWorker.ready).then((ready) => {
    const held = [...document.querySelectorAll("a[data-keep]")].map((link) => link.href);
    const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((part) => part.href || part.src);
    const all = Boolean(document.querySelector("[data-keep-all]"));
    ready.active.postMessage({ keep: [location.href, ...held], parts, all });
  });
})();
