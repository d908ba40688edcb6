// The little that pages do beyond links and forms. Everything works without it.
"use strict";
(() => {
  const keep = (name, value) => {
    const safe = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${safe}`;
  };

  // Large type and theme change at once; the form behind the button does the same without script.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-large], [data-theme-choice]");
    if (!button) return;
    event.preventDefault();
    const root = document.documentElement;
    if (button.hasAttribute("data-large")) {
      const large = root.classList.toggle("large");
      keep("large", large ? "1" : "0");
      document.querySelectorAll("[data-large]").forEach((other) => {
        other.setAttribute("aria-pressed", String(large));
        other.value = large ? "0" : "1";
      });
    } else {
      root.dataset.theme = button.value;
      keep("theme", button.value);
      document.querySelectorAll("[data-theme-choice]").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
    }
  });

  // Nobody is logged in, or somebody else than before: what was kept in this browser for one person (pages for when there is no
  // line, databases called own-) goes.
  const forget = () => {
    window.caches?.keys().then((names) => names.filter((name) => name.includes("-pages-")).forEach((name) => caches.delete(name)));
    window.indexedDB?.databases?.().then((kept) => kept.filter(({ name }) => name.startsWith("own-")).forEach(({ name }) => indexedDB.deleteDatabase(name)));
  };
  const { whose } = document.documentElement.dataset;
  if (document.documentElement.hasAttribute("data-guest")) forget();
  else if (whose) {
    try {
      const before = localStorage.getItem("whose");
      if (before && before !== whose) forget();
      localStorage.setItem("whose", whose);
    } catch { /* nothing is kept here at all */ }
  }

  // A form is sent once: the button says so and waits. Coming back to the page wakes it again.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || !button || event.target.method !== "post" || button.hasAttribute("data-large")) return;
    setTimeout(() => {
      button.setAttribute("aria-disabled", "true");
      if (button.dataset.again) {
        button.dataset.was = button.textContent;
        button.textContent = button.dataset.again;
      }
    });
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest(".btn[aria-disabled='true']")) event.preventDefault();
  }, true);
  // Enter in a search field presses the button beside it, also inside a longer form.
  document.addEventListener("keydown", (event) => {
    const button = event.key === "Enter" && !event.isComposing && event.target.closest(".find")?.querySelector("button");
    if (!button || event.target.localName !== "input") return;
    event.preventDefault();
    button.click();
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll(".btn[aria-disabled='true']").forEach((button) => {
      button.removeAttribute("aria-disabled");
      if (button.dataset.was) button.textContent = button.dataset.was;
    });
  });

  // Share where the device can, else copy; the field with the address is what remains without script.
  const sharing = (part) => {
    const button = part.querySelector("button");
    const said = part.querySelector("[role=status]");
    const address = new URL(part.dataset.share, location.href).href;
    const field = part.querySelector("input");
    field.value = address;
    if (!navigator.share && !navigator.clipboard) return;
    field.closest("label").hidden = true;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        if (navigator.share) {
          await navigator.share({ title: part.dataset.title, url: address });
        } else {
          await navigator.clipboard.writeText(address);
          said.textContent = part.dataset.done;
        }
      } catch (error) {
        if (error.name === "AbortError") return; // the person changed their mind
        field.closest("label").hidden = false;
        field.select();
      }
    });
  };
  // What numbers of a form add up to, beside what they should: <output data-adds="(their selector)" data-wanted="(or the
  // form's field named goal)" data-even data-short data-over>.
  const adding = (part) => {
    const form = part.closest("form");
    const show = () => {
      const sum = [...form.querySelectorAll(part.dataset.adds)].reduce((all, one) => all + (Number(one.value) || 0), 0);
      const left = (Number(part.dataset.wanted ?? form.querySelector("[name=goal]")?.value) || 0) - sum;
      const said = left > 0 ? part.dataset.short : left < 0 ? part.dataset.over : part.dataset.even;
      part.textContent = said.replace("{sum}", sum.toLocaleString("en")).replace("{left}", Math.abs(left).toLocaleString("en"));
      part.classList.toggle("even", left === 0);
      part.hidden = sum === 0;
    };
    form.addEventListener("input", show);
    show();
  };
  const wake = (root) => root.querySelectorAll("[data-share]:not([data-awake])").forEach((part) => {
    part.dataset.awake = "";
    sharing(part);
  });
  document.querySelectorAll("[data-adds]").forEach(adding);
  const here = document.querySelector(".desk-nav ul [aria-current]"); // on a phone the desk's list is a strip: show where one is
  if (here) here.closest("ul").scrollLeft = here.offsetLeft - here.closest("ul").offsetLeft - 16;
  wake(document);
  // Parts that ask again by themselves (data-live) do not while nobody looks, and once at once when somebody looks again.
  // Nor do they push away what is being read: where the browser does not hold it in its place, we do.
  const heldByBrowser = CSS.supports("overflow-anchor: auto");
  let held = null;
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.target.hasAttribute("data-live")) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) document.querySelectorAll("[data-live]").forEach((part) => part.dispatchEvent(new Event("seen")));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const next = event.target.hasAttribute("data-live") && !heldByBrowser && event.target.nextElementSibling;
    held = next ? { next, top: next.getBoundingClientRect().top } : null;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    wake(document);
    if (held && held.top < 0) scrollBy({ top: held.next.getBoundingClientRect().top - held.top, behavior: "instant" });
    held = null;
    if (event.target.id === "notices") event.target.scrollIntoView({ block: "center" });
  });
})();
