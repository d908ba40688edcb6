// Asks the browser to let us ring, only after a tap, and tells the server which browser it is.
"use strict";
(async () => {
  const part = document.querySelector("[data-push]");
  if (!part || !("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
  document.querySelector("[data-without]").hidden = true;
  part.hidden = false;
  const said = part.querySelector("[role=status]");
  const ring = part.querySelector("[data-ring]");
  const quiet = part.querySelector("[data-quiet]");
  const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
  const tell = (address, body) => fetch(address, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token() }, body: JSON.stringify(body) });
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const plain = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const worker = await navigator.serviceWorker.register(part.dataset.worker, { scope: "/" });
  const show = async () => {
    const held = await worker.pushManager.getSubscription();
    const denied = Notification.permission === "denied";
    said.textContent = denied ? said.dataset.denied : held ? said.dataset.on : said.dataset.off;
    ring.hidden = Boolean(held) || denied;
    quiet.hidden = !held;
  };
  ring.addEventListener("click", async () => {
    try {
      if ((await Notification.requestPermission()) !== "granted") { await show(); return; }
      await navigator.serviceWorker.ready;
      const held = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(part.dataset.push) });
      const answer = await tell(part.dataset.keep, { endpoint: held.endpoint, p256dh: plain(held.getKey("p256dh")), auth: plain(held.getKey("auth")) });
      if (!answer.ok) { await held.unsubscribe(); throw new Error(String(answer.status)); }
      await show();
    } catch {
      said.textContent = said.dataset.failed;
    }
  });
  quiet.addEventListener("click", async () => {
    const held = await worker.pushManager.getSubscription();
    if (held) {
      await tell(part.dataset.letGo, { endpoint: held.endpoint });
      await held.unsubscribe();
    }
    await show();
  });
  await show();
})();
