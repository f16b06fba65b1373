"use strict";
// What was moved and not yet saved is kept in the browser, by the plan it was moved on, until it is dropped.
const bookcarKept = ((plan, places) => {
  const key = `bookcar:board:${plan}`;

  // The browser may allow no storage at all, or only now and then.
  function tried(step) {
    try {
      return step(localStorage);
    } catch {
      return null;
    }
  }

  // A short sum over the stops and car-days: the same plan under other tables has others.
  function made() {
    let sum = 2166136261;
    for (const letter of places) sum = Math.imul(sum ^ letter.codePointAt(0), 16777619) >>> 0;
    return sum;
  }

  // What was kept, or null; `saved` tells whether it was saved as a file, too.
  function read() {
    const text = tried((store) => store.getItem(key));
    if (text === null) return null;
    try {
      const kept = JSON.parse(text);
      return kept.made === made() ? kept : null;
    } catch {
      return null;
    }
  }

  // Keep a state, and tell whether the browser did.
  function write(state, saved) {
    const text = JSON.stringify({ made: made(), saved, ...state });
    return tried((store) => {
      store.setItem(key, text);
      return store.getItem(key) === text;
    }) === true;
  }

  function clear() {
    tried((store) => store.removeItem(key));
  }

  return { read, write, clear };
});
