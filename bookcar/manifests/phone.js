"use strict";
// The manifest as a form on a phone: one screen at a time, remembered, saved as one file.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const told = bookcarReturn(data);
  const root = document.documentElement;
  const key = `bookcar:${data.plan}:${data.route}`;
  const narrow = matchMedia("(max-width: 40rem)");
  const screens = all("[data-screen]");
  const last = Math.max(...screens.map(screenOf));
  const SWIPE = 60; // pixels a finger moves sideways before it turns the page
  let shown = 0;
  let sure = false; // whether the next touch of "Start again" clears

  function all(selector, within = document) {
    return Array.from(within.querySelectorAll(selector));
  }

  function one(id) {
    return document.getElementById(id);
  }

  function screenOf(element) {
    return Number(element.getAttribute("data-screen"));
  }

  function say(word, figures = {}) {
    return data.words[word].replace(/\{(\w+)\}/g, (_, name) => figures[name]);
  }

  // What the phone remembers. A page opened from a file may not be let to: said once, at the top.

  const storage = (() => {
    try {
      const store = window.localStorage;
      store.setItem("bookcar", "1");
      return store;
    } catch {
      return null;
    }
  })();

  function recall(name) {
    return storage === null ? null : storage.getItem(name);
  }

  function remember(name, text) {
    if (storage === null) return;
    try {
      storage.setItem(name, text);
    } catch {
      one("forgetful").hidden = false;
    }
  }

  function changed() {
    sure = false;
    remember(key, told.kept());
    draw();
  }

  // Drawing what is told.

  function draw() {
    const state = told.state();
    all("[data-route]").forEach((field) => put(field, state[field.dataset.route]));
    all("[data-mark]").forEach((box) => { box.checked = state.ticks[box.dataset.mark] === true; });
    state.visits.forEach(drawVisit);
    drawRoute(state);
    drawLists();
  }

  // A field being written in is left as it is: its cursor would jump.
  function put(field, text) {
    if (field !== document.activeElement && field.value !== text) field.value = text;
  }

  function drawVisit(visit, k) {
    const wrong = told.wrong(k);
    all(`[data-visit="${k}"]`).forEach((part) => {
      const { field, move, books, status } = part.dataset;
      if (field) { put(part, visit[field]); flag(part, wrong[field]); }
      if (move) { part.checked = visit.moved[move] === true; part.disabled = visit.status === "missed"; }
      if (books) {
        put(part, visit.books[books] || "");
        flag(part, wrong[books]);
        part.disabled = visit.status === "missed" || visit.moved[books] !== true;
      }
      if (status) part.setAttribute("aria-pressed", String(visit.status === status));
    });
    one(`because-${k}`).hidden = visit.status !== "missed";
    const left = told.unticked(k);
    one(`left-${k}`).hidden = left.length === 0;
    one(`left-names-${k}`).textContent = left.length === 0 ? "" : say("left", { names: left.map((move) => nameOf(k, move)).join(data.comma) });
    const errors = Object.entries(wrong).map(([field, kind]) => say(`wrong-${kind}`, { field: labelOf(k, field) }));
    one(`wrong-${k}`).textContent = errors.join(" ");
  }

  function flag(field, wrong) {
    if (wrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  function nameOf(k, move) {
    const at = move.indexOf(":");
    const id = move.slice(at + 1);
    const { requests, found, titles } = data.visits[k];
    return move.startsWith("request:") ? titles[[...requests, ...found].indexOf(id)] : id;
  }

  function labelOf(k, field) {
    return field.includes(":") ? nameOf(k, field) : say(`field-${field}`);
  }

  function drawRoute(state) {
    const wrong = told.wrongOfRoute();
    all("[data-route]").forEach((field) => flag(field, wrong[field.dataset.route]));
    const day = told.day();
    const said = (field) => say(`wrong-${wrong[field]}`, { field: say(`field-${field}`), ...twoReadings(state[field]) });
    all("[data-read]").forEach((part) => {
      const field = part.dataset.read;
      const km = told.kilometres(state[field]);
      const mend = field === "out" && wrong.out; // what is wrong on return stands below anyway
      part.textContent = mend ? said(field) : typeof km === "number" ? say("read", { km }) : "";
      part.classList.toggle("bad", Boolean(mend));
    });
    const errors = Object.keys(wrong).map(said);
    one("day").textContent = errors.length > 0 ? errors.join(" ") : day === null ? "" : say("day", { km: day });
    one("day").classList.toggle("bad", errors.length > 0);
    one("totals").textContent = say("totals", told.totals());
    const silent = state.visits.flatMap((visit, k) => (visit.status === "" ? [data.visits[k].name] : []));
    one("unsaid").textContent = silent.length === 0 ? "" : say("unsaid-names", { names: silent.join(data.comma) });
    one("sent").textContent = state.sent === "" ? "" : say("sent", { time: state.sent });
    one("again").textContent = say(sure ? "again-sure" : "again");
    one("text").value = told.file();
  }

  // The figures of what may be thousands or decimals: 1.041 is 1041 km, or 1 km and 41 m.
  function twoReadings(text) {
    const [many, few] = told.readings(text);
    return few === undefined ? {} : { many, km: Math.floor(few), metres: Math.round(few * 1000) % 1000 };
  }

  function drawLists() {
    all("[data-state]").forEach((part) => {
      const k = Number(part.dataset.state);
      const visit = told.state().visits[k];
      const left = told.unticked(k).length;
      const wrong = Object.keys(told.wrong(k)).length > 0;
      const unsaid = part.hasAttribute("data-all-said") ? say("unsaid") : "";
      const words = [visit.status === "" ? unsaid : say(visit.status)];
      if (visit.status === "missed" && visit.reason) words.push(visit.reason);
      if (left > 0) words.push(say("left-count", { count: left }));
      if (wrong) words.push(say("mend"));
      part.textContent = words.filter(Boolean).join(" · ");
      part.className = wrong || left > 0 || visit.status === "missed" ? "bad" : visit.status === "done" ? "good" : unsaid ? "unsaid" : "";
    });
  }

  // One screen at a time.

  function go(screen, { heard = true } = {}) {
    shown = Math.min(Math.max(screen, 0), last);
    root.dataset.shown = shown;
    screens.forEach((part) => part.classList.toggle("current", screenOf(part) === shown));
    one("step").textContent = say("step", { number: shown + 1, of: last + 1 });
    label(one("back"), shown - 1);
    label(one("next"), shown + 1);
    told.show(shown);
    remember(key, told.kept());
    if (!narrow.matches) return;
    all(".current .map").forEach((map) => { map.scrollLeft = (map.scrollWidth - map.clientWidth) / 2; });
    if (!heard) return;
    window.scrollTo(0, 0);
    const heading = all(".current h2, .current h3")[0];
    if (heading) {
      heading.setAttribute("tabindex", "-1");
      heading.focus({ preventScroll: true });
    }
  }

  function label(button, screen) {
    const there = screen >= 0 && screen <= last;
    button.disabled = !there;
    button.lastElementChild.textContent = there ? data.screens[screen] : "";
  }

  function follow(address) {
    const target = address.length > 1 ? one(decodeURIComponent(address.slice(1))) : null;
    const screen = target === null ? null : target.closest("[data-screen]");
    if (screen === null || !narrow.matches) return false;
    go(screenOf(screen));
    return true;
  }

  // Touch and keys.

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button, a");
    if (button === null) return;
    const { visit, status, now, routeNow } = button.dataset;
    const k = Number(visit);
    if (button.id === "back") go(shown - 1);
    else if (button.id === "next") go(shown + 1);
    else if (button.id === "list") go(0);
    else if (button.id === "theme") turnTheme();
    else if (button.id === "save") save();
    else if (button.id === "share") share();
    else if (button.id === "again") again();
    else if (status) { told.setStatus(k, status); changed(); }
    else if (now) { told.writeVisit(k, now, told.stamp(new Date())); changed(); }
    else if (button.hasAttribute("data-all")) { told.tickAll(k); changed(); }
    else if ((button.getAttribute("href") || "").startsWith("#") && follow(button.getAttribute("href"))) event.preventDefault();
  });

  document.addEventListener("input", (event) => take(event.target));
  document.addEventListener("change", (event) => take(event.target));

  function take(part) {
    const { visit, field, move, books, mark, route } = part.dataset;
    const k = Number(visit);
    if (route) told.write(route, part.value);
    else if (mark) told.mark(mark, part.checked);
    else if (field) told.writeVisit(k, field, part.value);
    else if (move) told.tick(k, move, part.checked);
    else if (books) told.writeBooks(k, books, part.value);
    else return;
    changed();
  }

  addEventListener("keydown", (event) => {
    const writing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (writing || !narrow.matches || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const turn = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (turn) go(shown + turn);
  });

  function scrolls(part) {
    return part !== null && part.scrollWidth > part.clientWidth;
  }

  let finger = null;
  document.addEventListener("touchstart", (event) => {
    const free = event.touches.length === 1 && !event.target.closest("input, select, textarea") && !scrolls(event.target.closest(".wide, .map"));
    finger = free ? { x: event.touches[0].clientX, y: event.touches[0].clientY } : null;
  }, { passive: true });
  document.addEventListener("touchend", (event) => {
    if (finger === null || !narrow.matches) return;
    const across = event.changedTouches[0].clientX - finger.x;
    const down = event.changedTouches[0].clientY - finger.y;
    finger = null;
    if (Math.abs(across) > SWIPE && Math.abs(across) > 2 * Math.abs(down)) go(shown + (across < 0 ? 1 : -1));
  }, { passive: true });

  // The file.

  function save() {
    const address = URL.createObjectURL(new Blob([told.file()], { type: "application/json" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = `${data.file}.json`;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    sent();
  }

  // Browsers share text files and refuse JSON ones, so what is shared has another ending.
  function shareable() {
    try {
      const files = [new File([told.file()], `${data.file}.txt`, { type: "text/plain" })];
      return navigator.canShare && navigator.canShare({ files }) ? { files, title: data.file } : null;
    } catch {
      return null;
    }
  }

  function share() {
    navigator.share(shareable()).then(sent, (error) => {
      if (error.name !== "AbortError") save();
    });
  }

  function sent() {
    told.send(told.stamp(new Date()));
    changed();
  }

  function again() {
    if (sure) {
      told.clear();
      changed();
      go(0);
    } else {
      sure = true;
      draw();
    }
  }

  // Day and night: the phone's choice until the driver makes one.

  function dark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function turnTheme() {
    root.dataset.theme = dark() ? "light" : "dark";
    remember("bookcar:theme", root.dataset.theme);
    nameTheme();
  }

  function nameTheme() {
    one("theme").textContent = say(dark() ? "day-colours" : "night-colours");
  }

  // Navigation: an app opens at once and without a network, but only on the phone it is made for.

  function leadTo(link) {
    const place = JSON.parse(link.dataset.place);
    const ways = bookcarWays(place, navigator.userAgent);
    if (ways.length === 0) return;
    link.href = ways[0].href;
    const others = link.parentElement.querySelector(".others");
    ways.slice(1).forEach((way) => {
      const other = document.createElement("a");
      other.href = way.href;
      other.rel = "noreferrer";
      other.textContent = say(way.app);
      others.append(other, " ");
    });
  }

  const theme = recall("bookcar:theme");
  if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  matchMedia("(prefers-color-scheme: dark)").addListener(nameTheme); // the name that old browsers know
  one("forgetful").hidden = storage !== null;
  one("share").hidden = shareable() === null;
  all("a[data-place]").forEach(leadTo);
  all(".map").forEach((map) => { map.tabIndex = narrow.matches ? 0 : -1; }); // it scrolls there
  told.revive(recall(key));
  addEventListener("storage", (event) => {
    if (event.key === key && event.newValue !== null && told.revive(event.newValue)) draw();
  });
  addEventListener("beforeunload", (event) => {
    const unsaved = storage === null && told.state().sent === "" && told.kept() !== untouched;
    if (unsaved) { event.preventDefault(); event.returnValue = ""; }
  });
  root.classList.add("js");
  nameTheme();
  draw();
  if (!(location.hash && follow(location.hash))) go(told.state().screen, { heard: false });
  const untouched = told.kept();
  root.setAttribute("data-bookcar-ready", "");
})();
