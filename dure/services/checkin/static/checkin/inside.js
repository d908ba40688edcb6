// How many are inside, where the place counts: this scanner keeps how many more came than left through it today, and says so every quarter
// of a minute. All scanners of the place are shown the sum. Without a line it counts on by itself.
"use strict";
const dureInside = (() => {
  const EVERY = 15 * 1000, DAY = 24 * 3600 * 1000;
  const FIRST_DAY = Date.UTC(2020, 0, 1) - 9 * 3600 * 1000;  // of Korea, which has no summer time
  const part = (name) => document.querySelector(`[data-${name}]`);
  let mine = null, heard = { number: 0, inside: 0 }, ask = null, undone = true, asking = false;

  const today = () => Math.floor((Date.now() - FIRST_DAY) / DAY);
  const inside = () => Math.max(0, heard.inside + mine.number - heard.number);

  const show = () => {
    part("inside").textContent = String(inside());
    part("left").disabled = inside() === 0;
    part("undo").disabled = undone;
  };

  const turn = () => {
    if (mine.day === today()) return;
    mine = { day: today(), number: 0 };
    heard = { number: 0, inside: 0 };
    undone = true;
  };

  const add = async (more) => {
    if (!mine) return;
    turn();
    mine = { ...mine, number: mine.number + more };
    show();
    await dureOwn.kept("inside", mine);
  };

  const say = async () => {
    if (asking) return;
    asking = true;
    const sent = { day: mine.day, number: mine.known === false ? null : mine.number };
    const answer = await ask("/checkin/inside", sent);
    asking = false;
    if (!answer || mine.day !== sent.day || mine.day !== answer.day) return;  // midnight came between: the next one says it
    const since = mine.number - (sent.number || 0);
    heard = { number: answer.number, inside: answer.inside };
    mine = { day: answer.day, number: answer.number + since };
    show();
    await dureOwn.kept("inside", mine);
  };

  const begin = async (asker) => {
    if (ask) return;
    ask = asker;
    const kept = await dureOwn.kept("inside");
    mine = kept || { day: today(), number: 0, known: false };
    turn();
    heard = { number: mine.number, inside: 0 };
    part("counting").hidden = false;
    part("left").addEventListener("click", async () => {
      if (inside() === 0) return;
      undone = false;
      await add(-1);
    });
    part("undo").addEventListener("click", async () => {
      undone = true;
      await add(1);
    });
    show();
    const tick = async () => {
      turn();
      show();
      await say();
      setTimeout(tick, EVERY);
    };
    tick();
  };

  return { begin, came: () => add(1) };
})();
