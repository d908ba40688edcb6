// Not agreed, or not any more: what this telephone kept for check-in goes.
"use strict";
(async () => {
  window.indexedDB?.deleteDatabase("own-checkin");
  await window.caches?.delete("checkin-pages-1");
  const known = await navigator.serviceWorker?.getRegistration("/checkin/code/");
  if (known && new URL(known.scope).pathname === "/checkin/code/") await known.unregister();
})().catch(() => {});
