// Proving a day with or without a line: the proof is kept on this telephone first, then sent, and stays until it was taken or deleted.
// Without this script the form on the page does the same, with a line.
"use strict";
(() => {
  const box = document.querySelector("[data-proofs]");
  const { whose } = document.documentElement.dataset;
  if (!box || !whose || !("indexedDB" in window) || !window.dureWaiting) return;
  const says = box.dataset;
  const form = document.querySelector("[data-prove]");
  const [MINUTE, DAY, AGAIN_MAX, SIDE_MAX, BYTES_MAX, LATE_DAYS] = [60_000, 24 * 3600_000, 5 * 60_000, 1600, 12e6, 2];
  const lang = document.documentElement.lang || "ko";
  const written = (at) => new Date(at).toLocaleDateString(lang, { month: "long", day: "numeric", weekday: "short", timeZone: "Asia/Seoul" });
  const moment = (at) => new Date(at).toLocaleString(lang, { month: "long", day: "numeric", hour: "numeric", minute: "2-digit", timeZone: "Asia/Seoul" });

  // What time it is there: this telephone's clock may be set as it likes.
  let ahead = 0;
  try { ahead = Number(localStorage.getItem("dure-ahead")) || 0; } catch { /* nothing is kept here */ }
  const ours = () => Date.now() + ahead;
  const learn = (said) => {
    ahead = said.now * 1000 - Date.now();
    try { localStorage.setItem("dure-ahead", String(ahead)); } catch { /* as above */ }
  };
  let isHere = navigator.onLine; // whether there was a line when last tried
  const noLine = () => document.querySelectorAll("[data-no-line]").forEach((part) => { part.hidden = isHere; });

  // The days that can be proved now: as the server says it, for a page that may have been kept since yesterday.
  const season = form && { first: Date.parse(`${form.dataset.first}T00:00:00+09:00`), window: form.dataset.window.split(",").map(Number), sent: new Set(form.dataset.sent.split(",").filter(Boolean).map(Number)) };
  const midnight = (day) => season.first + (day - 1) * DAY;
  const closes = (day) => midnight(day) + season.window[1] * MINUTE;
  const today = () => Math.floor((ours() - season.first) / DAY) + 1;
  const provable = () => {
    const found = [], now = ours();
    for (let day = today(); day >= today() - LATE_DAYS - 1; day -= 1) {
      const late = now >= closes(day);
      if (day < 1 || day > 100 || now < midnight(day) + season.window[0] * MINUTE || now >= closes(day) + LATE_DAYS * DAY) continue;
      if (!(late && season.sent.has(day))) found.push({ day, late });
    }
    return found;
  };
  let shown = form && form.dataset.days;
  const days = () => {
    if (!form) return;
    const found = provable(), now = found.map(({ day }) => day).join(",");
    document.querySelectorAll("[data-of-day]").forEach((part) => { part.hidden = Number(part.dataset.ofDay) !== today(); });
    form.closest("[data-prove-card]").hidden = !found.length;
    if (now === shown) return;
    const chosen = new FormData(form).get("day");
    for (const old of form.querySelectorAll("fieldset")) if (old.querySelector("[name=day]")) old.remove();
    shown = now;
    const field = document.createElement("fieldset"), legend = document.createElement("legend"), list = document.createElement("div");
    field.className = "field";
    legend.textContent = says.which;
    list.id = "id_day";
    found.forEach(({ day, late }, at) => {
      const row = document.createElement("div"), label = document.createElement("label"), input = document.createElement("input");
      Object.assign(input, { type: "radio", name: "day", value: String(day), id: `id_day_${at}`, checked: chosen ? chosen === String(day) : !at });
      label.append(input, ` ${late ? says.late.replace("{day}", written(midnight(day))) : written(midnight(day))}`);
      row.append(label);
      list.append(row);
    });
    field.append(legend, list);
    form.querySelector(".field, fieldset").before(field);
  };

  // A photo as small as the page needs it, upright, without what the camera wrote into it. As it came, where this browser cannot.
  const read = (file) => new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
  const small = async (file) => {
    if (!window.CSS || !CSS.supports("image-orientation", "from-image")) return file; // it would lie on its side
    const image = new Image();
    try {
      image.src = await read(file);
      await image.decode();
      const scale = Math.min(1, SIDE_MAX / Math.max(image.naturalWidth, image.naturalHeight));
      const paper = document.createElement("canvas");
      paper.width = Math.max(1, Math.round(image.naturalWidth * scale));
      paper.height = Math.max(1, Math.round(image.naturalHeight * scale));
      const pen = paper.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, paper.width, paper.height);
      pen.drawImage(image, 0, 0, paper.width, paper.height);
      const drawn = await new Promise((done) => { paper.toBlob(done, "image/jpeg", .82); });
      return drawn || file;
    } catch {
      return file; // perhaps the server can read it
    }
  };

  // What waits, with its words, its photo and why it is still here.
  const button = (label, press) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "btn ghost", textContent: label });
    made.addEventListener("click", press);
    return made;
  };
  const line = (text, style) => Object.assign(document.createElement("p"), { textContent: text, className: style });
  let loggedOut = false;
  const state = (one) => {
    if (one.refused) return `${says.refused} ${one.refused}`;
    if (loggedOut) return says.logIn;
    return (ours() < one.closes ? says.waits : says.waitsLate).replace("{closes}", moment(one.closes));
  };
  const draw = async () => {
    const waiting = await dureWaiting.all(whose);
    const items = await Promise.all(waiting.map(async (one) => {
      const item = document.createElement("li");
      item.className = `card stack tight ${one.refused ? "refused" : "waits"}`;
      const title = line("", "");
      title.append(Object.assign(document.createElement("b"), { textContent: `${one.title} · ${written(one.on)}` }));
      item.append(title);
      if (one.picture) {
        const address = await read(one.picture).catch(() => "");
        if (address) item.append(Object.assign(new Image(), { src: address, alt: says.photo, className: "proof-picture" }));
      }
      const words = [one.fields.number, one.fields.text].filter(Boolean).join("\n");
      if (words) item.append(line(words, "typed"));
      item.append(line(state(one), "small"));
      const act = document.createElement("div");
      act.className = "act";
      if (one.refused) act.append(button(says.again, async () => { await dureWaiting.mark(one.id, ""); await draw(); send(); }));
      act.append(button(says.drop, async () => { await dureWaiting.drop(one.id); draw(); }));
      item.append(act);
      return item;
    }));
    box.querySelector("[data-list]").replaceChildren(...items);
    box.hidden = !items.length;
  };

  const isTyped = () => [...form.querySelectorAll("textarea, input[type=number], input[type=file]")].some((field) => field.value);
  const was = (sent) => {
    if (!sent.length) return;
    if (form && sent.includes(form.dataset.to) && !isTyped()) location.reload(); // the page says what became of it
    else draw();
  };
  let wait = 2_000, timer = 0;
  const send = async () => {
    clearTimeout(timer);
    let again = false;
    try {
      const done = await dureWaiting.send();
      if (done.whose !== null) {
        isHere = true;
        loggedOut = done.whose !== whose;
      }
      again = done.again;
      wait = again ? wait : 2_000;
      await draw();
      was(done.sent);
    } catch {
      isHere = false;
      again = true;
      await draw();
    }
    noLine();
    if (!again) return;
    timer = setTimeout(send, wait * (.5 + Math.random() / 2));
    wait = Math.min(wait * 2, AGAIN_MAX);
  };

  const wrong = (text) => {
    const part = form.querySelector("[data-wrong]");
    part.hidden = !text;
    part.textContent = text;
    if (text) part.focus();
  };
  const missing = (kind, said, picture, day) => {
    if (kind === "photo" && !picture && !(said.text && season.sent.has(day))) return says.needsPhoto;
    if (kind === "text" && !said.text) return says.needsText;
    if (kind === "number" && !/^\d{1,10}$/.test(said.number || "")) return says.needsNumber;
    return "";
  };
  const keep = async (fallback) => {
    const data = new FormData(form), picked = data.get("picture");
    const fields = { text: (data.get("text") || "").trim(), ...(data.has("number") ? { number: data.get("number").trim() } : {}) };
    const day = Number(data.get("day") || shown.split(",")[0]);
    const chosen = picked && picked.size ? picked : null;
    const waiting = await dureWaiting.all(whose).catch(() => null);
    if (!waiting) { fallback(); return; } // this browser keeps nothing: by the form, as without script
    const kept = waiting.find((one) => one.to === form.dataset.to && one.day === day && one.picture && !one.refused);
    const not = missing(form.dataset.kind, fields, chosen || kept, day);
    wrong(not);
    if (not) return;
    const picture = chosen && await small(chosen);
    if (picture && picture.size > BYTES_MAX) { wrong(says.tooLarge); return; }
    const one = { whose, to: form.dataset.to, title: form.dataset.title, day, on: midnight(day), closes: closes(day), fields, picture };
    if (!(await dureWaiting.add(one).catch(() => false))) { fallback(); return; } // no room here: by the form, as without script
    form.reset();
    await draw();
    navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("proofs")).catch(() => {});
    await send();
    if (!box.hidden) box.scrollIntoView({ block: "center" });
  };
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const press = form.querySelector("button[type=submit]");
    if (press.disabled) return;
    press.disabled = true; // pressed twice it is one proof
    try {
      await keep(() => form.submit());
    } finally {
      press.disabled = false;
    }
  });

  // The pages are kept each time they are there with a line.
  navigator.serviceWorker?.register(says.worker).then(() => navigator.serviceWorker.ready).then((ready) => {
    const links = [...document.querySelectorAll("a[data-keep]")].map((link) => link.href);
    const parts = [...document.querySelectorAll("link[rel~=stylesheet], link[rel~=icon], link[rel=manifest], script[src]")].map((part) => part.href || part.src);
    const signs = [...document.querySelectorAll("use")].map((sign) => new URL(sign.getAttribute("href"), location).href.split("#")[0]);
    ready.active.postMessage({ keep: [location.origin + location.pathname, ...links], parts: [...new Set([...parts, ...signs])] });
  }).catch(() => {});
  navigator.serviceWorker?.addEventListener("message", (event) => { draw(); was(event.data?.sent || []); });

  const old = () => Math.abs(ours() - Number(says.now) * 1000) > MINUTE;
  const look = async () => {
    isHere = navigator.onLine;
    if (isHere || old()) { // a browser that says it has a line may have none: it is tried
      try {
        learn(await dureWaiting.line());
        isHere = true;
      } catch {
        isHere = false;
      }
    }
    noLine();
    days();
    await send();
  };
  addEventListener("online", look);
  addEventListener("offline", () => { isHere = false; noLine(); });
  addEventListener("pageshow", (event) => { if (event.persisted) look(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  look();
})();
