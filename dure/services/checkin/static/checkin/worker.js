// Keeps the page that shows a code, so that opening it asks nobody and needs no line, and fetches tomorrow's codes where the browser
// wakes it. It is renewed when codes are fetched. Whatever is called -pages- goes when nobody is logged in (dure.js).
"use strict";
const PAGES = "checkin-pages-1";
const PARTS = "checkin-parts-1";
const ANY = { ignoreVary: true, ignoreSearch: true };
const PAGE = new URL("./", location).pathname;
const DAY_MS = 24 * 3600 * 1000;
const FIRST_DAY = Date.UTC(2020, 0, 1) - 9 * 3600 * 1000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { keep, parts = [] } = event.data || {};
  if (keep !== PAGE) return;
  event.waitUntil((async () => {
    const answer = await fetch(PAGE, { credentials: "same-origin" }).catch(() => null);
    const pages = await caches.open(PAGES), store = await caches.open(PARTS);
    if (!answer) return;
    if (!answer.ok || answer.redirected) { await pages.delete(PAGE); return; }
    await Promise.all(parts.map(async (part) => (await store.match(part, ANY)) || store.add(part).catch(() => null)));
    for (const old of await store.keys()) if (!parts.includes(old.url)) await store.delete(old);
    await pages.put(PAGE, answer);
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  const part = address.pathname.startsWith("/static/") || address.pathname.endsWith(".webmanifest");
  const from = request.mode === "navigate" && address.pathname === PAGE ? PAGES : part && PARTS;
  if (from) event.respondWith((async () => (await (await caches.open(from)).match(request, ANY)) || fetch(request))());
});

const put = (name, value) => new Promise((resolve, reject) => {
  const asked = indexedDB.open("own-checkin", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("own");
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const work = asked.result.transaction("own", "readwrite");
    work.objectStore("own").put(value, name);
    work.oncomplete = () => { asked.result.close(); resolve(); };
    work.onabort = () => reject(work.error);
  };
});

// In the evening or at night: what comes is looked at when the page opens (store.js).
self.addEventListener("periodicsync", (event) => {
  const since = Date.now() - FIRST_DAY, hour = Math.floor((since % DAY_MS) / 3600000);
  if (event.tag !== "checkin" || (hour >= 6 && hour < 18)) return;
  const epoch = Math.floor(since / DAY_MS) + (hour >= 18 ? 1 : 0);
  event.waitUntil(fetch(new URL(`../batch/${epoch}/`, location), { credentials: "same-origin", cache: "no-store" })
    .then((answer) => (answer.ok ? answer.json() : null)).then((came) => came && put(`came-${epoch}`, came)).catch(() => {}));
});
