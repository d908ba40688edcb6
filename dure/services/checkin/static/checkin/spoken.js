// A code to read out, where the screen cannot be scanned: it came with the codes of the day, so no line is needed to show it. The
// telephone remembers which of them is next, until the day is over.
"use strict";
(() => {
  const own = window.dureCheckin, page = document.querySelector("[data-spoken]");
  if (!page) return;
  const part = (name) => page.querySelector(`[data-spoken-${name}]`);

  const today = async () => {
    const epoch = own.epochOf(Date.now() + ((await own.read("offset")) || 0));
    const day = await own.day(epoch).catch(() => null);
    const kept = await own.read("said");
    return { epoch, codes: (day && day.spoken) || [], at: kept && kept.epoch === epoch ? kept.at : 0 };
  };

  const draw = async () => {
    const { codes, at } = await today();
    part("some").hidden = !codes.length;
    part("none").hidden = codes.length > 0;
    if (!codes.length) return;
    const now = at % codes.length;
    part("code").replaceChildren(...codes[now].match(/.{4}/g).map((four) => {
      const group = document.createElement("span");
      group.textContent = four;
      return group;
    }));
    part("count").textContent = part("count").dataset.text.replace("{number}", now + 1).replace("{all}", codes.length);
  };

  page.addEventListener("toggle", () => { if (page.open) draw(); });
  part("next").addEventListener("click", async () => {
    const { epoch, codes, at } = await today();
    if (codes.length) await own.write("said", { epoch, at: (at + 1) % codes.length });
    await draw();
  });
})();
