// The counter: camera where there is one, verdicts at once, and a queue for when there is no line.
// A coupon's code is checked here with the public key; what was taken without a line is sent when there is one again.
"use strict";
(() => {
  const root = document.querySelector("[data-counter]");
  if (!root) return;
  const { kit: kitAddress, redeem, upload, worker, shop } = root.dataset;
  const form = root.querySelector("form");
  const says = (name) => root.dataset[name];
  const verdict = root.querySelector("[data-verdict]");
  const waiting = root.querySelector("[data-waiting]");
  const lost = root.querySelector("[data-lost]");
  const QUEUE = `market-queue-${shop}`;
  const KIT = `market-kit-${shop}`;
  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const TOKEN_LENGTH = 168;
  const read = (name, otherwise) => {
    try {
      return JSON.parse(localStorage.getItem(name)) ?? otherwise;
    } catch {
      return otherwise;
    }
  };
  const keep = (name, value) => localStorage.setItem(name, JSON.stringify(value));
  const newId = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  const show = (kind, title, text, undo) => {
    verdict.className = `verdict ${kind}`;
    verdict.hidden = false;
    verdict.replaceChildren();
    const strong = document.createElement("strong");
    strong.textContent = title;
    const line = document.createElement("p");
    line.textContent = text;
    verdict.append(strong, line);
    if (undo) {
      const until = document.createElement("p");
      until.textContent = says("undoUntil").replace("{at}", undo.until);
      verdict.append(until);
      const back = root.querySelector("template").content.cloneNode(true);
      back.querySelector("form").action = undo.address;
      verdict.append(back);
    }
    verdict.scrollIntoView({ block: "center" });
  };
  const tellWaiting = () => {
    const count = read(QUEUE, []).length;
    waiting.hidden = count === 0;
    waiting.textContent = says("waits").replace("{n}", String(count));
  };

  // The signed text: version, coupon, campaign, first and last second; then 64 bytes of signature (rules/codes.py).
  const opened = (text) => {
    let bits = 0;
    let value = 0;
    const bytes = [];
    for (const letter of text) {
      const at = ALPHABET.indexOf(letter);
      if (at < 0) return null;
      value = ((value << 5) | at) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.push((value >> bits) & 255);
      }
    }
    return bytes.length === 105 ? new Uint8Array(bytes) : null;
  };
  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const seconds = (bytes) => bytes.reduce((all, byte) => all * 256 + byte, 0);
  const isOurs = async (raw, keyHex) => {
    const key = await crypto.subtle.importKey(
      "raw", Uint8Array.from(keyHex.match(/../g), (pair) => parseInt(pair, 16)), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"],
    );
    const scope = new TextEncoder().encode("dure.market.coupon|");
    const body = new Uint8Array([...scope, ...raw.slice(0, 41)]);
    return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, raw.slice(41), body);
  };

  // Without a line: only a signed code can be believed, and each only once on this telephone.
  const offline = async (id, token, paid) => {
    const kit = read(KIT, null);
    if (token.length !== TOKEN_LENGTH || !kit || !crypto.subtle) return show("wait", says("needsLine"), says("needsLineTodo"));
    const raw = opened(token);
    if (!raw || raw[0] !== 1 || !(await isOurs(raw, kit.key))) return show("no", says("notOurs"), "");
    const offer = kit.offers.find((one) => one.campaign === hex(raw.slice(17, 33)));
    const now = ours(kit); // this telephone's clock may be set as it likes
    if (!offer) return show("no", says("notHere"), "");
    if (now < seconds(raw.slice(33, 37)) || now >= seconds(raw.slice(37, 41))) return show("no", says("notNow"), "");
    if ((offer.needs_sum && !paid) || paid < offer.least_won) return show("wait", says("needsSum"), offer.line);
    const queue = read(QUEUE, []);
    const used = queue.find((one) => one.token === token);
    const before = (kit.used || []).includes(hex(raw.slice(1, 17))); // with a line, at this counter
    if (before || (used && used.id !== id)) return show("no", says("usedHere"), "");
    if (!used) keep(QUEUE, [...queue, { id, token, at: new Date(now * 1000).toISOString(), paid_won: paid }]);
    tellWaiting();
    return show("good", offer.gets, says("noted"));
  };

  const ours = (kit) => Date.now() / 1000 + (kit.ahead || 0);
  const remember = (coupon) => {
    const kit = read(KIT, null);
    if (kit && coupon) keep(KIT, { ...kit, used: [...(kit.used || []), coupon] });
  };

  const refresh = async () => {
    const answer = await fetch(kitAddress, { headers: { Accept: "application/json" } });
    if (answer.status >= 500) throw new Error("no line"); // a server that is down is no line
    if (!answer.ok || answer.redirected) return null;
    const kit = await answer.json();
    keep(KIT, { key: kit.key, offers: kit.offers, used: kit.used, ahead: kit.now - Date.now() / 1000 });
    return kit;
  };
  let sending = false;
  const send = async () => {
    const queue = read(QUEUE, []);
    if (sending || !queue.length) return tellWaiting();
    sending = true;
    try {
      const kit = await refresh();
      if (!kit) return;
      const answer = await fetch(upload, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": kit.csrf, Accept: "application/json" },
        body: JSON.stringify({ redemptions: queue.slice(0, 200) }),
      });
      if (!answer.ok) return;
      const became = await answer.json();
      const done = new Set([...became.taken, ...became.conflicts.map((one) => one.id)]);
      keep(QUEUE, read(QUEUE, []).filter((one) => !done.has(one.id)));
      for (const one of became.conflicts) {
        const item = document.createElement("li");
        item.textContent = one.text;
        lost.querySelector("ul").append(item);
        lost.hidden = false;
      }
    } catch {
      // still no line: it stays in the queue
    } finally {
      sending = false;
      tellWaiting();
    }
  };

  let pending = { read: "", id: "" }; // the same code again, after an answer that never came, keeps its id
  const take = async (text, paid) => {
    const token = text.trim().toUpperCase();
    if (pending.read !== `${token}/${paid}`) pending = { read: `${token}/${paid}`, id: newId() };
    const { id } = pending;
    try {
      const kit = await refresh();
      if (!kit) return location.reload();
      const body = new URLSearchParams({ read: token, paid_won: String(paid || 0), id, csrfmiddlewaretoken: kit.csrf });
      const answer = await fetch(redeem, { method: "POST", body, headers: { Accept: "application/json" } });
      const said = await answer.json();
      if (answer.status < 500) pending = { read: "", id: "" }; // busy, or perhaps done: the same id asks again
      if (said.ok) remember(said.coupon);
      if (said.ok) show("good", `${said.won_off} ${says("off")}`, said.title, { address: said.undo, until: said.undo_until });
      else show("no", said.text, said.todo);
      send();
    } catch {
      await offline(id, token, paid);
      pending = { read: "", id: "" }; // noted under this id; the same code once more is a second use
    }
  };

  const paidWon = () => Math.trunc(Number(form.elements.paid_won.value) || 0);
  // One coupon after the other, in the order of the counter: a slow answer is not taken for that of the next coupon.
  let last = Promise.resolve();
  const takeNext = (text) => {
    const paid = paidWon();
    verdict.hidden = true;
    const one = () => take(text, paid);
    last = last.then(one, one);
    return last;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = form.elements.read.value;
    if (!text.trim()) return;
    form.elements.read.value = ""; // the next one may be read in before this one is answered
    takeNext(text);
  });

  const scan = root.querySelector("[data-scan]");
  const video = root.querySelector("video");
  if ("BarcodeDetector" in window && navigator.mediaDevices) {
    scan.hidden = false;
    scan.addEventListener("click", async () => {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
      if (!stream) return show("wait", says("noCamera"), "");
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      const look = async () => {
        if (video.hidden) return;
        const [found] = await detector.detect(video).catch(() => []);
        if (!found) return requestAnimationFrame(look);
        video.hidden = true;
        stream.getTracks().forEach((track) => track.stop());
        await takeNext(found.rawValue);
      };
      look();
    });
  }

  addEventListener("online", send);
  refresh().then(send).catch(() => null);
  tellWaiting();
  if (navigator.serviceWorker) {
    navigator.serviceWorker.register(worker).then(() => navigator.serviceWorker.ready).then((ready) => {
      const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((part) => part.href || part.src);
      ready.active.postMessage({ keep: [location.href], parts });
    });
  }
})();
