// A conversation in the browser: hears at once what comes, keeps what was written while there is no line, sends it when the
// line is back. Without this script the same page works by plain forms.
"use strict";
(() => {
  const STORE = "said";
  const MESSAGES_MAX = 100;
  const FILE_BYTES_MAX = 12e6;
  const AGAIN_MAX = 60_000;

  // Hearing. The stream says only that something came; the page then asks for it. When the stream breaks, the page's own
  // asking again (every minute) goes on, and the browser opens the stream anew by itself.
  const part = document.querySelector("[data-listen]");
  let send = () => {}; // known further down, where there is a queue
  let settle = () => {};
  const look = () => document.querySelectorAll("[data-listen]").forEach((one) => one.dispatchEvent(new Event("seen")));
  if (part && "EventSource" in window) {
    let stream = null;
    const open = () => {
      if (stream || document.hidden) return;
      stream = new EventSource(part.dataset.listen);
      stream.addEventListener("news", look);
      stream.addEventListener("open", () => { send(); });
      stream.addEventListener("error", () => {
        if (stream.readyState === EventSource.CLOSED) close(); // refused: the ticket is old; asking again goes on
      });
    };
    const close = () => { stream?.close(); stream = null; };
    document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
    addEventListener("pagehide", close);
    addEventListener("pageshow", open);
    open();
  }

  // A browser that may be woken says once a day that it is there: one that is silent for a year is forgotten.
  const beat = async (worker) => {
    const held = await worker.pushManager?.getSubscription();
    const today = new Date().toDateString();
    if (!held || localStorage.getItem("dure-beat") === today) return;
    const csrf = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
    const answer = await fetch("/channels/notifications/heartbeat/", { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": csrf }, body: JSON.stringify({ endpoint: held.endpoint }) });
    if (answer.ok) localStorage.setItem("dure-beat", today);
  };
  navigator.serviceWorker?.ready.then(beat).catch(() => {});

  // The newest message is where one reads on.
  const talk = document.getElementById("talk");
  const form = document.getElementById("write");
  const down = () => scrollTo({ top: document.body.scrollHeight, behavior: "instant" });
  const isDown = () => innerHeight + scrollY > document.body.scrollHeight - 240;
  if (talk && form && !location.hash && !location.search) down();
  let wasDown = true;
  document.addEventListener("htmx:beforeSwap", () => { wasDown = isDown(); });
  document.addEventListener("htmx:oobAfterSwap", (event) => { if (event.target.id === "since") settle(); });
  document.addEventListener("htmx:afterSettle", () => { settle(); if (talk && form && wasDown) down(); });

  document.querySelectorAll("[data-canned]").forEach((button) => button.addEventListener("click", () => {
    const field = document.getElementById("id_text");
    field.value = button.dataset.canned;
    field.focus();
  }));

  if (!form || !talk || !("indexedDB" in window)) return;

  // The queue: one entry a message, by the client id under which the server stores it once.
  const opened = new Promise((done, failed) => {
    const ask = indexedDB.open("dure", 1);
    ask.onupgradeneeded = () => ask.result.createObjectStore(STORE, { keyPath: "id" });
    ask.onsuccess = () => done(ask.result);
    ask.onerror = () => failed(ask.error);
  });
  const within = async (mode, work) => {
    const store = (await opened).transaction(STORE, mode).objectStore(STORE);
    const ask = work(store);
    return new Promise((done, failed) => { ask.onsuccess = () => done(ask.result); ask.onerror = () => failed(ask.error); });
  };
  const all = async () => (await within("readonly", (store) => store.getAll())).sort((one, other) => one.at - other.at);
  const here = form.dataset.queue;
  const list = document.getElementById("queue");
  const fresh = () => (crypto.randomUUID ? crypto.randomUUID().replaceAll("-", "")
    : [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""));

  const draw = async () => {
    const waiting = (await all()).filter((one) => one.to === here && !talk.querySelector(`[data-client="${one.id}"]`));
    list.replaceChildren(...waiting.map((one) => {
      const item = document.createElement("li");
      item.className = `said own ${one.refused ? "refused" : "waits"}`;
      const words = document.createElement("div");
      words.className = "bubble";
      words.textContent = [one.fields.text ?? one.shown, ...one.files.map((file) => file.file.name)].filter(Boolean).join("\n");
      const state = document.createElement("span");
      state.className = "small state";
      state.textContent = one.refused ? `${form.dataset.refused}: ${one.refused}` : navigator.onLine && !one.tries ? form.dataset.sending : form.dataset.waiting;
      item.append(words, state);
      if (one.refused) {
        const button = (label, press) => {
          const made = document.createElement("button");
          made.type = "button";
          made.className = "btn quiet";
          made.textContent = label;
          made.addEventListener("click", press);
          item.append(made);
        };
        button(form.dataset.again, async () => { await within("readwrite", (store) => store.put({ ...one, refused: "" })); send(); });
        button(form.dataset.drop, async () => { await within("readwrite", (store) => store.delete(one.id)); draw(); });
      }
      return item;
    }));
    list.hidden = !waiting.length;
  };

  const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
  const carry = async (one) => {
    const body = new FormData();
    for (const [name, value] of Object.entries(one.fields)) body.append(name, value);
    for (const { name, file } of one.files) body.append(name, file, file.name);
    body.append("client_id", one.id);
    const answer = await fetch(one.to, { method: "POST", body, headers: { "X-CSRFToken": token(), "X-Dure-Queue": "1" }, redirect: "error", signal: AbortSignal.timeout?.(60_000) });
    if (answer.status === 201) return "";
    if (answer.status >= 500 || answer.status === 429) throw new Error(`later: ${answer.status}`);
    return (await answer.json().catch(() => ({}))).said || String(answer.status);
  };

  // One page sends at a time (others of the same browser wait for the lock), in the order in which it was written.
  let wait = 1_000;
  let timer = 0;
  const alone = (work) => (navigator.locks ? navigator.locks.request("dure-said", work) : work());
  send = () => alone(async () => {
    clearTimeout(timer);
    for (const one of await all()) {
      if (one.refused) continue;
      try {
        const refused = await carry(one);
        if (refused) await within("readwrite", (store) => store.put({ ...one, refused }));
        else await within("readwrite", (store) => store.delete(one.id));
        wait = 1_000;
      } catch {
        await within("readwrite", (store) => store.put({ ...one, tries: (one.tries || 0) + 1 }));
        timer = setTimeout(send, wait * (.5 + Math.random() / 2));
        wait = Math.min(wait * 2, AGAIN_MAX);
        break;
      }
      look();
    }
    await draw();
  });
  settle = () => { draw(); };

  const queue = async (fields, files, shown) => {
    const waiting = await all();
    if (waiting.length >= MESSAGES_MAX || files.some(({ file }) => file.size > FILE_BYTES_MAX)) return false;
    await within("readwrite", (store) => store.add({ id: fresh(), to: here, at: Date.now(), fields, files, shown, tries: 0, refused: "" }));
    await draw();
    down();
    navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("said")).catch(() => {});
    send();
    return true;
  };

  const seconds = (file) => new Promise((done) => {
    const player = new Audio();
    const address = URL.createObjectURL(file);
    const end = (found) => { URL.revokeObjectURL(address); done(found); };
    player.addEventListener("loadedmetadata", () => end(Number.isFinite(player.duration) ? Math.max(1, Math.round(player.duration)) : 1));
    player.addEventListener("error", () => end(1));
    setTimeout(() => end(1), 3_000);
    player.src = address;
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(form);
    const fields = { text: data.get("text").trim(), says: data.get("says") };
    const files = ["picture", "sound"].map((name) => ({ name, file: data.get(name) })).filter(({ file }) => file && file.size);
    if (!fields.text && !files.length) return;
    const sound = files.find(({ name }) => name === "sound");
    if (sound) fields.seconds = String(await seconds(sound.file));
    if (await queue(fields, files)) {
      form.reset();
      form.querySelector("details").open = false;
      form.querySelector("textarea").focus();
    } else {
      form.submit();
    }
  });
  document.addEventListener("submit", (event) => {
    if (event.target.id !== "press" || !event.submitter?.name) return;
    event.preventDefault();
    const { name, value } = event.submitter;
    queue({ [name]: value }, [], name === "press" ? value.split("|")[0] : value);
  });
  form.querySelector("textarea").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    form.requestSubmit();
  });
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  navigator.serviceWorker?.addEventListener("message", (event) => { if (event.data === "send") send(); });
  navigator.serviceWorker?.register("/channels/worker.js", { scope: "/" }).catch(() => {});
  send();
})();
