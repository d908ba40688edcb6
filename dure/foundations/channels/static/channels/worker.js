// Works in the background for the whole site: rings when a message comes, keeps what the pages are made of (never what they
// say), and wakes the page that has something to send.
"use strict";
const KEPT = "dure-static-1";
const OFFLINE = "/channels/offline/";
const FILES_MAX = 120;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.add(new Request(OFFLINE, { credentials: "omit" }))).catch(() => {}));
  self.skipWaiting();
});
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("dure-") && name !== KEPT) await caches.delete(name);
  await self.clients.claim();
})()));

// Files under /static/ carry a hash in their name: what is kept is right for ever. Pages always come from the server.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname.startsWith("/static/")) event.respondWith(fromKept(request));
  else if (request.mode === "navigate") event.respondWith(fetch(request).catch(async () => (await caches.match(OFFLINE)) || Response.error()));
});
const fromKept = async (request) => {
  const kept = await caches.open(KEPT);
  const found = await kept.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) {
    const names = await kept.keys();
    if (names.length >= FILES_MAX) await kept.delete(names[1] || names[0]);
    await kept.put(request, answer.clone());
  }
  return answer;
};

// The notice of one message has one tag: the same message twice is one notice.
self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data.json(); } catch { /* nothing was said: ring all the same */ }
  event.waitUntil(self.registration.showNotification(String(told.title || "Dure").slice(0, 80), {
    body: String(told.body || "").slice(0, 300),
    tag: String(told.tag || "dure"),
    renotify: false,
    requireInteraction: Boolean(told.urgent),
    icon: "/static/dure/icon-192.png",
    badge: "/static/dure/icon-192.png",
    data: { url: told.link || "/channels/inbox/" },
  }));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const address = new URL(event.notification.data?.url || "/", location.origin);
  const to = address.origin === location.origin ? address.href : location.origin;
  event.waitUntil((async () => {
    for (const client of await self.clients.matchAll({ type: "window" })) {
      if ("navigate" in client) { await client.focus(); await client.navigate(to); return; }
    }
    await self.clients.openWindow(to);
  })());
});

// The line is back: an open page sends what waits.
self.addEventListener("sync", (event) => {
  if (event.tag !== "said") return;
  event.waitUntil(self.clients.matchAll({ type: "window" }).then((clients) => clients.forEach((client) => client.postMessage("send"))));
});
