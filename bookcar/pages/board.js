"use strict";
// The board on the page: columns of cards, moved by dragging, with arrow keys or with a button.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  data.today = bookcarDay(new Date());
  const board = bookcarModel(data);
  const kept = bookcarKept(data.plan, JSON.stringify([data.stops.map((stop) => stop.id), data.cars.map((car) => [car.date, car.vehicle])]));
  const columns = [board.LEFT, ...data.cars.keys()];
  const root = document.getElementById("columns");
  const SHOWN = 4; // places told above the board; the columns have all
  const drag = bookcarDrag(root, place);
  const picture = bookcarBoardMap(document.getElementById("map"), data, board, pickOnMap);
  let held = null; // the stop picked up
  let saved = false; // whether what is on the board now was saved as a file
  let lasting = true; // whether the browser keeps it

  // Words and figures.

  // As in Python, {stops:1 stop|# stops} parts the words for one from those for many.
  function say(key, figures = {}) {
    return data.labels[key].replace(/\{(\w+)(?::([^|{}]*)\|([^{}]*))?\}/g, (_, name, one, many) => {
      const figure = String(figures[name]);
      return many === undefined ? figure : (figure === "1" ? one : many).replace("#", figure);
    });
  }

  function two(number) {
    return String(number).padStart(2, "0");
  }

  function hours(seconds) {
    return `${two(Math.floor(seconds / 3600))}:${two(Math.floor((seconds % 3600) / 60))}`;
  }

  // A time of day by the district's clock; `hours` is a length of time.
  function clock(seconds) {
    if (data.halves === null) return hours(seconds);
    const hour = Math.floor(seconds / 3600);
    const time = `${((hour + 11) % 12) + 1}:${two(Math.floor((seconds % 3600) / 60))}`;
    return data.halves[hour % 24 < 12 ? "am" : "pm"].replace("{time}", time);
  }

  function km(metres) {
    return (metres / 1000).toLocaleString(document.documentElement.lang || "en", {
      minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false,
    });
  }

  function signed(number) {
    const text = Math.abs(number).toLocaleString(document.documentElement.lang || "en", {
      maximumFractionDigits: 1, useGrouping: false,
    });
    return (number < 0 ? "−" : "+") + text;
  }

  function nameOf(car) {
    if (car === board.LEFT) return say("unserved", { count: board.listed(car).length });
    const { route, label } = data.cars[car];
    return `${route || say("new")} ${label}`;
  }

  function inWords(order, violation) {
    const { code, figure, limit, position } = violation;
    const stop = position === null ? undefined : order[position];
    const { unit } = data.limits.find((one) => one.code === code) || {};
    const format = { metres: km, seconds: hours, clock }[unit] || String;
    return say(`b-${code}`, {
      stop: stop === undefined ? say("depot") : data.stops[stop].name,
      figure: format(figure),
      limit: format(limit),
    });
  }

  // Elements; every name goes in as text, never as markup.

  function element(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "on") Object.entries(value).forEach(([k, f]) => made.addEventListener(k, f));
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== null) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null));
    return made;
  }

  function columnOf(car, best) {
    const order = board.listed(car);
    const trial = car === board.LEFT ? null : board.evaluate(car, order);
    const broken = trial !== null && trial.violations.length > 0;
    const list = element(
      "ol",
      { "aria-labelledby": `column-${car}` },
      ...order.map((stop, k) => element("li", {}, board.isReload(stop) ? reloadOf(stop, k, trial) : cardOf(car, stop, k, trial))),
    );
    const section = element(
      "section",
      {
        class: ["column", broken && "broken", order.length === 0 && "empty"].filter(Boolean).join(" "),
        "data-car": car,
        on: { pointerenter: () => look(car), focusin: () => look(car) },
      },
      element("h2", { id: `column-${car}` }, nameOf(car)),
      ...headOf(car, order, trial),
      offerOf(car, best),
      list,
    );
    if (car !== board.LEFT) section.style.borderTopColor = data.cars[car].hue;
    return section;
  }

  function headOf(car, order, trial) {
    if (car === board.LEFT) return [element("p", {}, say("unserved-help"))];
    const { name, driver, most } = data.cars[car];
    const lines = [element("p", {}, element("bdi", {}, [name, driver].filter(Boolean).join(" · ")))];
    if (trial === null) return [...lines, element("p", {}, say("empty"))];
    const figures = { stops: board.stopsOf(order).length, km: km(trial.metres), books: Math.max(...trial.aboard[0]) };
    lines.push(element("p", {}, say("load", { ...figures, limit: most[data.limits.findIndex((one) => one.code === "books")] })));
    if (trial.times !== null) lines.push(element("p", {}, spanOf(trial.times)));
    if (trial.violations.length > 0) {
      const items = trial.violations.map((violation) => element("li", {}, inWords(order, violation)));
      lines.push(element("ul", { class: "violations" }, ...items));
    }
    return lines;
  }

  function spanOf(times) {
    const { depart, back, breaks } = times;
    const pauses = breaks.map(({ begin, end }) => say("pause", { from: clock(begin), to: clock(end) }));
    return [`${clock(depart)}–${clock(back)}`, ...pauses].join(" · ");
  }

  function timesAt(k, trial) {
    const times = trial === null ? null : trial.times;
    return times === null ? "" : `${clock(times.begin[k])}–${clock(times.leave[k])}`;
  }

  // How many stops a route has up to a place.
  function count(order, place) {
    return board.stopsOf(order.slice(0, place)).length;
  }

  // A reload stays where it is; what comes aboard follows from the stops behind it.
  function reloadOf(stop, k, trial) {
    const aboard = say("reload-aboard", { books: trial.aboard[0][k + 1] });
    return element(
      "div",
      { class: "card reload" },
      element("b", {}, `${say("reload")} `, element("bdi", {}, data.stops[stop].name)),
      element("small", {}, [timesAt(k, trial), aboard].filter(Boolean).join(" · ")),
    );
  }

  function cardOf(car, stop, k, trial) {
    const { name, about, school, required, drop, why } = data.stops[stop];
    const when = timesAt(k, trial);
    const books = say("books", { books: drop[0] });
    const number = car === board.LEFT ? "" : `${count(board.listed(car), k) + 1}. `;
    const flags = [school && "school", required && "required", board.moved(stop) && "moved"];
    return element(
      "button",
      {
        type: "button",
        class: ["card", ...flags.filter(Boolean)].join(" "),
        "data-stop": stop,
        "aria-pressed": String(stop === held),
        "aria-describedby": "keys",
        on: { click: () => pick(stop), keydown: onKey, pointerdown: drag.onPointer },
      },
      element("span", { class: "grip", "aria-hidden": "true" }),
      element("b", {}, number, element("bdi", {}, name)),
      element("small", {}, [when, books, about].filter(Boolean).join(" · ")),
      car === board.LEFT && why ? element("small", { class: "why" }, why) : "",
    );
  }

  // The button that puts the held stop on a route, with what it would add and break there.
  function offerOf(car, best) {
    if (held === null || board.column(held) === car) return null;
    if (car === board.LEFT) {
      return element("button", { type: "button", class: "offer", on: { click: () => place(held, car, 0) } }, say("take-off"));
    }
    return offerButton({ car, ...board.offer(car, held) }, `offer${best !== null && best.car === car ? " best" : ""}`);
  }

  function offerButton({ car, position, trial, seconds, metres }, kind, ...front) {
    const stop = held;
    const fits = trial.violations.length === 0;
    const figures = {
      minutes: seconds === null ? "" : signed(Math.round(seconds / 60)),
      km: signed(Number((metres / 1000).toFixed(1))),
      position: count(board.listed(car), position) + 1,
      back: trial.times === null ? "–" : clock(trial.times.back),
    };
    const order = board.listed(car);
    const full = [...order.slice(0, position), stop, ...order.slice(position)];
    const broken = trial.violations.map((violation) => element("span", {}, inWords(full, violation)));
    return element(
      "button",
      { type: "button", class: `${kind} ${fits ? "fits" : "breaks"}`, on: { click: () => place(stop, car, position) } },
      ...front,
      `${fits ? "✓" : "✗"} ${say("offer", figures)}`,
      ...broken,
    );
  }

  // Above the board: where the held stop would go best, the best place first.
  function drawPlaces(found) {
    const box = document.getElementById("places");
    box.hidden = held === null;
    if (held === null) {
      box.replaceChildren();
      return;
    }
    const fitting = found.filter(({ trial }) => trial.violations.length === 0);
    const told = (fitting.length > 0 ? fitting : found).slice(0, SHOWN);
    const title = say(fitting.length > 0 ? "places" : "places-none", { stop: data.stops[held].name });
    const items = told.map((one, k) => {
      const best = k === 0 && fitting.length > 0;
      const route = element("b", {}, best ? `${say("best")} ` : "", element("bdi", {}, nameOf(one.car)));
      return element("li", {}, offerButton(one, `place${best ? " best" : ""}`, route));
    });
    box.replaceChildren(element("h2", {}, title), element("ol", {}, ...items));
  }

  // Drawing.

  function draw() {
    const scrolled = [...root.querySelectorAll("ol")].map((list) => list.scrollTop);
    const focused = document.activeElement?.dataset?.stop;
    const across = root.scrollLeft;
    const found = held === null ? [] : board.places(held);
    const best = found.length > 0 && found[0].trial.violations.length === 0 ? found[0] : null;
    root.replaceChildren(...columns.map((car) => columnOf(car, best)));
    root.querySelectorAll("ol").forEach((list, k) => { list.scrollTop = scrolled[k] || 0; });
    root.scrollLeft = across;
    drawPlaces(found);
    picture.draw(held, best);
    if (focused !== undefined) focusOn(Number(focused));
    const { stops, metres, moved, broken } = board.totals();
    document.getElementById("totals").textContent = say("totals", { stops, km: km(metres), moved });
    const state = document.getElementById("state");
    state.textContent = broken ? say("broken", { count: broken }) : say("all-right");
    state.className = broken ? "bad" : "good";
    document.getElementById("undo").disabled = !board.canUndo();
    document.getElementById("drop").disabled = !board.isChanged();
    drawKept();
  }

  // Whether leaving would lose something that no file has.
  function unsaved() {
    return board.isChanged() && !saved;
  }

  function drawKept() {
    const told = !board.isChanged() ? "" : saved ? say("is-saved") : say(lasting ? "kept" : "not-kept");
    const line = document.getElementById("kept");
    line.textContent = told;
    line.className = unsaved() ? "unsaved" : "";
  }

  // Draw one route before the others on the map: that of the column looked at.
  function look(car) {
    const shown = car !== null && car !== board.LEFT && board.listed(car).length > 0 ? car : null;
    if (!picture.look(shown)) return;
    const [best = null] = held === null ? [] : board.places(held);
    picture.draw(held, best !== null && best.trial.violations.length === 0 ? best : null);
  }

  // After each change: it is kept at once, and is not yet in a file.
  function keep() {
    saved = false;
    if (board.isChanged()) lasting = kept.write(board.state(), saved);
    else kept.clear();
  }

  function focusOn(stop) {
    root.querySelector(`[data-stop="${stop}"]`)?.focus();
  }

  function announce(text) {
    document.getElementById("said").textContent = text;
  }

  // Moving.

  function pick(stop) {
    held = held === stop ? null : stop;
    draw();
    focusOn(stop);
    announce(held === null ? say("let-go") : say("picked", { stop: data.stops[stop].name }));
  }

  function place(stop, car, position) {
    held = stop;
    const done = board.move(stop, car, position);
    if (done) keep();
    draw();
    focusOn(stop);
    if (!done) return;
    const trial = car === board.LEFT ? null : board.evaluate(car, board.listed(car));
    const violations = trial === null ? [] : trial.violations.map((violation) => inWords(board.listed(car), violation));
    const at = count(board.listed(car), board.listed(car).indexOf(stop)) + 1;
    announce([say("put", { stop: data.stops[stop].name, route: nameOf(car), at }), ...violations].join(" "));
  }

  function undo() {
    if (!board.undo()) return;
    keep();
    draw();
    if (held !== null) focusOn(held);
    announce(say("undone"));
  }

  function dropMoves() {
    if (!board.reset()) return;
    held = null;
    keep();
    draw();
    announce(say("dropped"));
    document.getElementById("undo").focus(); // the button pressed is none any more
  }

  function pickOnMap(stop) {
    pick(stop);
    root.querySelector(`[data-stop="${stop}"]`)?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  function onKey(event) {
    const stop = Number(event.currentTarget.dataset.stop);
    const step = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (event.key === "Escape" && held !== null) pick(held);
    else if (event.key === "Delete") place(stop, board.LEFT, 0);
    else if (step && held === stop) shift(stop, ...step);
    else if (step) walk(stop, ...step);
    else return;
    event.preventDefault();
  }

  function shift(stop, across, along) {
    const car = board.column(stop);
    if (along !== 0) {
      const at = board.listed(car).indexOf(stop) + along;
      if (at >= 0 && at < board.listed(car).length) place(stop, car, at);
      return;
    }
    const to = columns[columns.indexOf(car) + across];
    if (to !== undefined) place(stop, to, board.bestPlace(to, stop).position);
  }

  // Moves the focus, not the stop: to the next card, or to the next column that has one.
  function walk(stop, across, along) {
    const car = board.column(stop);
    const at = board.stopsOf(board.listed(car)).indexOf(stop);
    if (along !== 0) {
      const next = board.stopsOf(board.listed(car))[at + along];
      if (next !== undefined) focusOn(next);
      return;
    }
    let k = columns.indexOf(car) + across;
    while (columns[k] !== undefined && board.listed(columns[k]).length === 0) k += across;
    const there = columns[k] === undefined ? [] : board.stopsOf(board.listed(columns[k]));
    if (there.length > 0) focusOn(there[Math.min(at, there.length - 1)]);
  }

  // Saving.

  function save() {
    const address = URL.createObjectURL(new Blob([board.csv()], { type: "text/csv" }));
    const link = element("a", { href: address, download: "overrides.csv" });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    saved = true;
    if (board.isChanged()) lasting = kept.write(board.state(), saved);
    drawKept();
    announce(say("saved"));
  }

  // Take up what was moved when the page was open before.
  function takeUp() {
    const before = kept.read();
    if (before === null || !board.restore(before)) return;
    saved = before.saved === true;
    announce(say("taken-up", { moved: board.totals().moved }));
  }

  function toggleMap() {
    const button = document.getElementById("show-map");
    const shown = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(shown));
    document.getElementById("beside").hidden = !shown;
  }

  document.getElementById("undo").addEventListener("click", undo);
  document.getElementById("save").addEventListener("click", save);
  document.getElementById("drop").addEventListener("click", dropMoves);
  document.getElementById("show-map").addEventListener("click", toggleMap);
  root.addEventListener("pointerleave", () => look(null));
  addEventListener("beforeunload", (event) => { if (unsaved()) event.preventDefault(); });
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    undo();
  });
  document.querySelector("footer").append(element("p", { id: "keys", class: "unseen" }, say("keys")));
  if (matchMedia("(max-width: 60rem)").matches) toggleMap();
  takeUp();
  draw();
  document.documentElement.setAttribute("data-bookcar-ready", "");
})();
