// A device becomes a scanner. The key is made here, cannot be taken out of the browser, and lies in IndexedDB.
"use strict";
(() => {
  const page = document.querySelector("[data-scanner]");
  if (!page) return;
  const begin = page.querySelector("[data-begin]");

  const show = (what) => {
    for (const each of page.querySelectorAll("[data-said]")) each.hidden = each.dataset.said !== what;
  };

  const kept = dureOwn.kept;

  const done = (own) => {
    page.querySelector("[data-name]").textContent = own.name;
    page.querySelector("[data-last]").textContent = dureOwn.day(own.last);
    begin.hidden = true;
    page.querySelector("[data-go]").hidden = false;
    show("done");
  };

  const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // Kept before it is sent: if the answer is lost, the same key is sent again, and it is the same scanner.
  const pairFor = async (code) => {
    const begun = await kept("begun");
    if (begun && begun.code === code) return begun.pair;
    const pair = await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
    await kept("begun", { code, pair });
    return pair;
  };

  const made = async (code) => {
    let pair;
    try {
      pair = await pairFor(code);
    } catch {
      show("old");
      return;
    }
    const form = new FormData(page);
    form.set("code", code);
    form.set("public", hex(await crypto.subtle.exportKey("raw", pair.publicKey)));
    let answer;
    try {
      answer = await fetch(page.action, { method: "POST", body: new URLSearchParams(form) });
    } catch {
      show("away");
      return;
    }
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      page.querySelector("[data-said=no]").textContent = said.text || "";
      show(said.text ? "no" : "away");
      return;
    }
    const own = { ...said, key: pair.privateKey };
    await kept("inside", { day: 0, number: 0 });  // a new scanner: what the one before said of who is inside stays said
    await kept("scanner", own);
    history.replaceState(null, "", location.pathname);
    done(own);
  };

  page.addEventListener("submit", (event) => {
    event.preventDefault();
    begin.disabled = true;
    made(location.hash.slice(1)).finally(() => { begin.disabled = false; });
  });

  kept("scanner").then((own) => {
    if (location.hash.length > 1) begin.hidden = false;
    else if (own) done(own);
    else show("none");
  }).catch(() => show("old"));
})();
