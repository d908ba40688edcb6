// Keeps the page of a loudspeaker, and what it is made of, for when there is no line. Asks the network first, always.
"use strict";
const SHELL = "hall-shell-1";
const ANY = { ignoreVary: true };
const WAIT_MS = 6_000; // a line that answers nothing is no line

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  const { keep = [] } = event.data || {};
  event.waitUntil(caches.open(SHELL).then((shell) => Promise.all(keep.map((one) => shell.add(one).catch(() => null)))));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode !== "navigate" && !/\.(css|js|svg|png|webmanifest)$/.test(address.pathname)) return; // sounds the page keeps itself
  event.respondWith((async () => {
    const shell = await caches.open(SHELL);
    try {
      const answer = await fetch(request, AbortSignal.timeout ? { signal: AbortSignal.timeout(WAIT_MS) } : {});
      if (answer.ok && !answer.redirected) await shell.put(request, answer.clone());
      else if (request.mode === "navigate" && answer.status === 404) await shell.delete(request, ANY); // taken away
      return answer;
    } catch {
      return (await shell.match(request, ANY)) || Response.error();
    }
  })());
});
