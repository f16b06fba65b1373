"use strict";
// What a driver tells of a route, and the file that tells it; knows nothing of the page.
//
// What is written is kept as it was typed; numbers are read from it when they are wanted, so that a
// slip is shown and never thrown away. Written for the browsers of old phones (ES2020).
const bookcarReturn = ((data) => {
  const VERSION = 1;
  const ROUTE_FIELDS = ["who", "out", "back"];
  const COUNTS = ["readers", "loans", "new_cards"];
  const VISIT_FIELDS = ["status", "arrive", "leave", ...COUNTS, "reason", "note"];
  const MOST = 10000000;
  const MOST_KM = 5000; // of a day

  let state = fresh();

  function fresh() {
    return { version: VERSION, screen: 0, sent: "", who: data.who, out: "", back: "", ticks: {}, visits: data.visits.map(blank) };
  }

  function blank() {
    const visit = { moved: {}, books: {} };
    VISIT_FIELDS.forEach((field) => { visit[field] = ""; });
    return visit;
  }

  // Takes up what was remembered, as far as it is of this kind; anything else is left out.
  function revive(text) {
    const kept = parsed(text);
    state = fresh();
    if (kept === null || kept.version !== VERSION || !Array.isArray(kept.visits)) return false;
    if (kept.visits.length !== data.visits.length) return false;
    copyTexts(kept, state, [...ROUTE_FIELDS, "sent"]);
    if (Number.isInteger(kept.screen)) state.screen = kept.screen;
    copyAll(kept.ticks, state.ticks, "boolean");
    kept.visits.forEach((visit, k) => {
      if (visit === null || typeof visit !== "object") return;
      copyTexts(visit, state.visits[k], VISIT_FIELDS);
      copyAll(visit.moved, state.visits[k].moved, "boolean");
      copyAll(visit.books, state.visits[k].books, "string");
    });
    return true;
  }

  function parsed(text) {
    try {
      const kept = JSON.parse(text);
      return kept !== null && typeof kept === "object" ? kept : null;
    } catch {
      return null;
    }
  }

  function copyTexts(from, to, fields) {
    fields.forEach((field) => { if (typeof from[field] === "string") to[field] = from[field]; });
  }

  function copyAll(from, to, type) {
    if (from === null || typeof from !== "object") return;
    Object.entries(from).forEach(([key, value]) => { if (typeof value === type) to[key] = value; });
  }

  // Reading what was typed: null for nothing, undefined for what is no such number.

  function plain(text) {
    return text.normalize("NFKC").trim();
  }

  function count(text, most = MOST) {
    const digits = plain(text);
    if (digits === "") return null;
    return /^[0-9]{1,8}$/.test(digits) && Number(digits) <= most ? Number(digits) : undefined;
  }

  // All that a figure may mean: the mark of "1.041" and "1,041" parts thousands here, decimals there.
  function readings(text) {
    const digits = plain(text);
    const found = [];
    const grouped = /^([1-9][0-9]{0,2}(?:([., '’])[0-9]{3})(?:\2[0-9]{3})*)((?!\2)[.,][0-9]{1,3})?$/.exec(digits);
    if (grouped) found.push(Number(grouped[1].replace(/[^0-9]/g, "") + (grouped[3] || "").replace(",", ".")));
    if (/^[0-9]{1,8}([.,][0-9]{1,3})?$/.test(digits)) found.push(Number(digits.replace(",", ".")));
    return found;
  }

  function kilometres(text) {
    if (plain(text) === "") return null;
    const [read, ...others] = readings(text);
    return others.length === 0 && read <= MOST ? read : undefined;
  }

  function wrongKilometres(text) {
    if (kilometres(text) !== undefined) return "";
    return readings(text).length > 1 ? "two-readings" : "number";
  }

  function clock(text) {
    if (text === "") return null;
    return /^([01][0-9]|2[0-3]):[0-5][0-9]/.test(text) ? text.slice(0, 5) : undefined;
  }

  function stamp(date) {
    return [date.getHours(), date.getMinutes()].map((n) => String(n).padStart(2, "0")).join(":");
  }

  // What the driver does. All but looking at another screen makes a file sent before an old one.

  function write(field, text) {
    state[field] = text;
    state.sent = "";
  }

  function mark(key, ticked) {
    state.ticks[key] = ticked;
  }

  function writeVisit(k, field, text) {
    state.visits[k][field] = text;
    state.sent = "";
    if (field === "leave" && clock(text) && state.visits[k].status === "") setStatus(k, "done");
  }

  function setStatus(k, status) {
    const visit = state.visits[k];
    visit.status = visit.status === status ? "" : status;
    state.sent = "";
    const touched = Object.keys(visit.moved).length > 0;
    if (visit.status === "done" && !touched) tickAll(k);
  }

  // The keys of all that is to be moved or handed over at a visit, in order.
  function moves(k) {
    const { drops, collects, requests } = data.visits[k];
    return [
      ...drops.map((batch) => `drop:${batch.id}`),
      ...collects.map((batch) => `collect:${batch.id}`),
      ...requests.map((id) => `request:${id}`),
    ];
  }

  function tick(k, key, ticked) {
    const visit = state.visits[k];
    visit.moved[key] = ticked;
    if (ticked && visit.status === "") visit.status = "done";
    state.sent = "";
  }

  function tickAll(k) {
    moves(k).forEach((key) => { state.visits[k].moved[key] = true; });
    state.sent = "";
  }

  function writeBooks(k, key, text) {
    state.visits[k].books[key] = text;
    state.sent = "";
  }

  function show(screen) {
    state.screen = screen;
  }

  function send(time) {
    state.sent = time;
  }

  function clear() {
    state = fresh();
  }

  // What follows from it.

  function unticked(k) {
    if (state.visits[k].status !== "done") return [];
    return moves(k).filter((key) => state.visits[k].moved[key] !== true);
  }

  // The fields of a visit that are wrong, by what is wrong with them.
  function wrong(k) {
    const visit = state.visits[k];
    const found = {};
    COUNTS.forEach((field) => { if (count(visit[field]) === undefined) found[field] = "number"; });
    if (clock(visit.leave) && clock(visit.arrive) && clock(visit.leave) < clock(visit.arrive)) found.leave = "leave";
    if (visit.status === "missed") return found;
    const { drops, collects } = data.visits[k];
    [["drop", drops], ["collect", collects]].forEach(([action, batches]) => {
      batches.forEach((batch) => {
        const key = `${action}:${batch.id}`;
        if (count(visit.books[key] || "", batch.books) === undefined) found[key] = "books";
      });
    });
    return found;
  }

  function wrongOfRoute() {
    const found = {};
    ["out", "back"].forEach((field) => {
      const kind = wrongKilometres(state[field]);
      if (kind) found[field] = kind;
    });
    const driven = day();
    if (driven !== null && (driven < 0 || driven > MOST_KM)) found.back = "back";
    return found;
  }

  // Kilometres of the day; null where they are not known.
  function day() {
    const out = kilometres(state.out);
    const back = kilometres(state.back);
    return typeof out === "number" && typeof back === "number" ? Math.round((back - out) * 1000) / 1000 : null;
  }

  function totals() {
    const of = (status) => state.visits.filter((visit) => visit.status === status).length;
    return { done: of("done"), missed: of("missed"), unsaid: of("") };
  }

  // The file for `bookcar close`: what is wrong is left out of it.
  function exported() {
    const bad = wrongOfRoute();
    return {
      bookcar_return: VERSION,
      plan: data.plan,
      week: data.week,
      route: data.route,
      date: data.date,
      vehicle: data.vehicle,
      who: state.who.trim(),
      odometer_out: bad.out ? null : kilometres(state.out),
      odometer_back: bad.back ? null : kilometres(state.back),
      visits: data.visits.map((_, k) => exportedVisit(k)),
    };
  }

  function exportedVisit(k) {
    const visit = state.visits[k];
    const bad = wrong(k);
    const { stop, drops, collects, requests, found } = data.visits[k];
    const moved = (key) => visit.status === "done" && visit.moved[key] === true;
    const listed = (action, batches) => batches
      .filter((batch) => moved(`${action}:${batch.id}`))
      .map((batch) => ({ batch: batch.id, books: booksOf(visit, `${action}:${batch.id}`, batch) }));
    return {
      stop,
      status: visit.status,
      arrive: clock(visit.arrive) || null,
      leave: bad.leave ? null : clock(visit.leave) || null,
      ...Object.fromEntries(COUNTS.map((field) => [field, bad[field] ? null : count(visit[field])])),
      note: noteOf(visit),
      dropped: listed("drop", drops),
      collected: listed("collect", collects),
      requests: [...requests, ...found].filter((id) => moved(`request:${id}`)),
    };
  }

  function booksOf(visit, key, batch) {
    const books = count(visit.books[key] || "", batch.books);
    return typeof books === "number" ? books : batch.books;
  }

  function noteOf(visit) {
    const note = visit.note.trim();
    const reason = visit.status === "missed" ? visit.reason : "";
    return reason && note ? `${reason}${data.colon}${note}` : reason || note;
  }

  return {
    revive, write, writeVisit, writeBooks, mark, setStatus, tick, tickAll, show, send, clear,
    moves, unticked, wrong, wrongOfRoute, day, totals, exported, stamp,
    state: () => state,
    kilometres, readings,
    kept: () => JSON.stringify(state),
    file: () => `${JSON.stringify(exported(), null, 1)}\n`,
  };
});
