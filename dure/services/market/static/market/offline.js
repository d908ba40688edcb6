// Keeps the pages of coupons, or of the counter, for when there is no line. Asks the network first, always.
"use strict";
const PAGES = "market-pages-1";
const PARTS = "market-parts-1";
const ANY = { ignoreVary: true, ignoreSearch: true }; // pages vary by cookie and language; what is kept is this person's own
const PAGES_MAX = 60;

const keep = async (request, answer) => {
  const pages = await caches.open(PAGES);
  if (answer.ok && !answer.redirected) {
    await pages.put(request, answer.clone());
    const known = await pages.keys();
    for (const old of known.slice(0, Math.max(0, known.length - PAGES_MAX))) await pages.delete(old);
  } else if (answer.redirected || [401, 403, 404].includes(answer.status)) {
    await pages.delete(request); // logged out, or no longer there
  }
  return answer;
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { keep: wanted = [], parts = [], all = false } = event.data || {};
  event.waitUntil((async () => {
    const store = await caches.open(PARTS);
    await Promise.all(parts.map(async (part) => (await store.match(part, { ignoreVary: true })) || store.add(part).catch(() => null)));
    const pages = await caches.open(PAGES);
    for (const address of wanted.slice(0, PAGES_MAX)) {
      if (await pages.match(address, ANY)) continue;
      await fetch(address, { credentials: "same-origin" }).then((answer) => keep(new Request(address), answer)).catch(() => null);
    }
    for (const known of await pages.keys()) { // what somebody else, or an older list, left here goes
      if (all && /\/coupons\/[0-9a-f-]{36}\/$/.test(known.url) && !wanted.includes(known.url)) await pages.delete(known);
    }
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate" && /\/(coupons|counter)\//.test(address.pathname)) {
    event.respondWith(
      fetch(request).then((answer) => keep(request, answer)).catch(async () => {
        const kept = await caches.match(request, ANY);
        return kept || Response.error();
      }),
    );
  } else if (/\.(css|js|svg)$/.test(address.pathname)) {
    event.respondWith(
      fetch(request).then(async (answer) => {
        if (answer.ok) await (await caches.open(PARTS)).put(request, answer.clone());
        return answer;
      }).catch(async () => (await caches.match(request, { ignoreVary: true })) || Response.error()),
    );
  }
});
