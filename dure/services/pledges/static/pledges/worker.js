// Keeps the pages of one's own projects for when there is no line, and sends proofs that wait when the browser wakes it. What is
// called -pages- goes when nobody, or somebody else, is logged in (dure.js). queue.js stands before this in one file.
const [PAGES, PARTS, PATIENCE_MS, KEPT_MAX] = ["pledges-pages-1", "pledges-parts-1", 4000, 60];
const ANY = { ignoreVary: true, ignoreSearch: true };
const OWN = /^\/pledges\/mine\/([0-9a-f-]{36}\/)?$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const bounded = async (name) => {
  const store = await caches.open(name), known = await store.keys();
  for (const old of known.slice(0, Math.max(0, known.length - KEPT_MAX))) await store.delete(old);
};
const kept = async (request, answer) => {
  const pages = await caches.open(PAGES);
  if (answer.ok && !answer.redirected) {
    await pages.put(request, answer.clone());
    await bounded(PAGES);
  } else if (answer.redirected || [401, 403, 404].includes(answer.status)) {
    await pages.delete(request, ANY); // nobody is logged in, or it is somebody else's
  }
  return answer;
};

self.addEventListener("message", (event) => {
  const { keep = [], parts = [] } = event.data || {};
  event.waitUntil((async () => {
    const store = await caches.open(PARTS);
    await Promise.all(parts.map(async (part) => (await store.match(part, ANY)) || store.add(part).catch(() => null)));
    await bounded(PARTS);
    for (const address of keep.slice(0, KEPT_MAX)) {
      if (!OWN.test(new URL(address).pathname)) continue;
      await fetch(address, { credentials: "same-origin" }).then((answer) => kept(new Request(address), answer)).catch(() => null);
    }
  })());
});

// A page comes from the line; where nothing comes for a while, from here. A line on which nothing comes is none.
const page = async (event) => {
  const here = await (await caches.open(PAGES)).match(event.request, ANY);
  const there = fetch(event.request).then((answer) => kept(event.request, answer));
  if (!here) return there;
  event.waitUntil(there.catch(() => null));
  const late = new Promise((done) => { setTimeout(() => done(here.clone()), PATIENCE_MS); });
  return Promise.race([there.catch(() => here.clone()), late]);
};
const part = async (event) => (await (await caches.open(PARTS)).match(event.request, ANY)) || fetch(event.request);

self.addEventListener("fetch", (event) => {
  const { request } = event, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate" && OWN.test(address.pathname)) event.respondWith(page(event));
  else if (address.pathname.startsWith("/static/") || address.pathname.endsWith(".webmanifest")) event.respondWith(part(event));
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "proofs") return;
  event.waitUntil((async () => { // where it fails, the browser wakes us once more
    const { sent, again } = await self.dureWaiting.send();
    for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage({ sent });
    if (again) throw new Error("later");
  })());
});
