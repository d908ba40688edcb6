// Passkeys: shown only where the browser has them; the page says which form is which, and hears when one did not work.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  if (window.PublicKeyCredential) {
    document.querySelectorAll("[data-passkey]").forEach((part) => { part.hidden = false; });
  }
  document.querySelectorAll("[data-passkey-form]").forEach((part) => {
    const { passkeyForm, ...ids } = part.dataset;
    window.allauth.webauthn.forms[`${passkeyForm}Form`]({ ids });
  });
});
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const trouble = document.querySelector("[data-passkey-trouble]");
  if (trouble) {
    trouble.hidden = false;
    trouble.scrollIntoView({ block: "center" });
  }
});
