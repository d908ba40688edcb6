// Keeps the page of a scanner on its device, so that it opens without a line too. Where there is a line the page comes from there.
// It keeps nothing that anybody scanned, and touches no answer to a code.
"use strict";
const KEPT = "scanner-door-1";
const WAIT_MS = 3000;  // a bad line is none
const PAGE = new URL("./", location).pathname;
const ANY = { ignoreVary: true, ignoreSearch: true };

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("scanner-door-") && name !== KEPT) await caches.delete(name);
  await self.clients.claim();
})()));

const fit = (answer) => answer.ok && !answer.redirected;

// From a page that works: keep it with all that it is made of, or keep what was kept before.
self.addEventListener("message", (event) => {
  const { parts = [] } = event.data || {};
  event.waitUntil((async () => {
    const store = await caches.open(KEPT);
    const came = await fetch(PAGE).catch(() => null);
    if (!came || !fit(came)) return;
    const missing = [];
    for (const part of parts) if (!(await store.match(part, ANY))) missing.push(part);
    try {
      await store.addAll(missing);
    } catch {
      return;  // a page without its parts is none
    }
    await store.put(PAGE, came);
    for (const old of await store.keys()) if (!parts.includes(old.url) && new URL(old.url).pathname !== PAGE) await store.delete(old);
  })());
});

const kept = async (request) => (await caches.open(KEPT)).match(request, ANY);

const opened = async (request) => {
  const here = await kept(PAGE);
  if (!here) return fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, WAIT_MS, here));
  const came = fetch(request).then((answer) => (answer.status < 500 ? answer : here), () => here);
  return Promise.race([came, late]);
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate" && address.pathname === PAGE) event.respondWith(opened(request));
  else if (address.pathname.startsWith("/static/")) event.respondWith((async () => (await kept(request)) || fetch(request))());
});
