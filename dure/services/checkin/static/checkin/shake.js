// Shaking the telephone shows the code, for those who switched it on. A button does the same, always.
"use strict";
(() => {
  const KEPT = "checkin-shake";
  const PEAK = 14; // m/s² more or less than gravity: a pocket on the stairs stays below, a wrist that means it does not
  const PEAKS = 4, WITHIN_MS = 1200, APART_MS = 80, REST_MS = 1500;

  // Told of each movement, says when it was a shake.
  const detector = () => {
    let peaks = [], quiet = 0;
    return (x, y, z, at) => {
      const force = Math.abs(Math.hypot(x, y, z) - 9.81);
      if (force < PEAK || at < quiet) return false;
      if (peaks.length && at - peaks[peaks.length - 1] < APART_MS) return false;
      peaks = [...peaks.filter((peak) => at - peak < WITHIN_MS), at];
      if (peaks.length < PEAKS) return false;
      peaks = [];
      quiet = at + REST_MS;
      return true;
    };
  };

  const is = { on: false, listens: null };
  const begin = (then) => {
    if (is.listens) return;
    const shaken = detector();
    is.listens = (event) => {
      const felt = event.accelerationIncludingGravity;
      if (felt && felt.x !== null && shaken(felt.x, felt.y, felt.z, event.timeStamp)) then();
    };
    addEventListener("devicemotion", is.listens);
  };
  const end = () => {
    if (is.listens) removeEventListener("devicemotion", is.listens);
    is.listens = null;
  };
  const kept = () => { try { return localStorage.getItem(KEPT) === "1"; } catch { return false; } };
  const keep = (on) => { try { if (on) localStorage.setItem(KEPT, "1"); else localStorage.removeItem(KEPT); } catch { /* for this page only */ } };
  const exists = () => "DeviceMotionEvent" in window && matchMedia("(pointer: coarse)").matches;
  // Some telephones ask their owner, and only while a button is pressed.
  const allowed = async () => {
    if (typeof DeviceMotionEvent.requestPermission !== "function") return true;
    return DeviceMotionEvent.requestPermission().then((said) => said === "granted", () => false);
  };

  window.dureShake = { begin, end, kept, keep, exists, allowed, detector };
  const to = document.currentScript.dataset.to;
  if (to && exists() && kept()) allowed().then((yes) => { if (yes) begin(() => location.assign(to)); });
})();
