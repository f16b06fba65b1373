"use strict";
// The board on the page: columns of cards, moved with the mouse, with arrow keys or with a button.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const board = bookcarModel(data);
  const columns = [board.LEFT, ...data.cars.keys()];
  const root = document.getElementById("columns");
  const DRAG_FROM = 5; // pixels the mouse moves before a click becomes a drag
  let held = null; // the stop picked up

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
    return (metres / 1000).toFixed(1);
  }

  function signed(number) {
    return number < 0 ? `−${-number}` : `+${number}`;
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

  function columnOf(car) {
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
      { class: `column${broken ? " broken" : ""}`, "data-car": car },
      element("h2", { id: `column-${car}` }, nameOf(car)),
      ...headOf(car, order, trial),
      offerOf(car),
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
        on: { click: () => pick(stop), keydown: onKey, pointerdown: onPointer },
      },
      element("b", {}, number, element("bdi", {}, name)),
      element("small", {}, [when, books, about].filter(Boolean).join(" · ")),
      car === board.LEFT && why ? element("small", { class: "why" }, why) : "",
    );
  }

  // The button that puts the held stop on a route, with what it would add and break there.
  function offerOf(car) {
    if (held === null || board.column(held) === car) return null;
    const put = (position) => () => place(held, car, position);
    if (car === board.LEFT) {
      return element("button", { type: "button", class: "offer", on: { click: put(0) } }, say("take-off"));
    }
    const { position, trial, seconds, metres } = board.offer(car, held);
    const minutes = seconds === null ? "" : signed(Math.round(seconds / 60));
    const figures = {
      minutes,
      km: signed(Number(km(metres))),
      position: count(board.listed(car), position) + 1,
      back: trial.times === null ? "–" : clock(trial.times.back),
    };
    const fits = trial.violations.length === 0;
    const order = board.listed(car);
    const full = [...order.slice(0, position), held, ...order.slice(position)];
    const broken = trial.violations.map((violation) => element("span", {}, inWords(full, violation)));
    return element(
      "button",
      { type: "button", class: `offer ${fits ? "fits" : "breaks"}`, on: { click: put(position) } },
      `${fits ? "✓" : "✗"} ${say("offer", figures)}`,
      ...broken,
    );
  }

  // Drawing.

  function draw() {
    const scrolled = [...root.querySelectorAll("ol")].map((list) => list.scrollTop);
    const focused = document.activeElement?.dataset?.stop;
    const across = root.scrollLeft;
    root.replaceChildren(...columns.map(columnOf));
    root.querySelectorAll("ol").forEach((list, k) => { list.scrollTop = scrolled[k] || 0; });
    root.scrollLeft = across;
    if (focused !== undefined) focusOn(Number(focused));
    const { stops, metres, moved, broken } = board.totals();
    document.getElementById("totals").textContent = say("totals", { stops, km: km(metres), moved });
    const state = document.getElementById("state");
    state.textContent = broken ? say("broken", { count: broken }) : say("all-right");
    state.className = broken ? "bad" : "good";
    document.getElementById("undo").disabled = !board.canUndo();
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
    draw();
    if (held !== null) focusOn(held);
    announce(say("undone"));
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

  // Dragging with a mouse or pen; fingers scroll, tap a card and use the buttons.

  function onPointer(event) {
    if (event.pointerType === "touch" || event.button !== 0) return;
    const card = event.currentTarget;
    const from = { x: event.clientX, y: event.clientY };
    let drag = null;
    const onMove = (moved) => {
      const far = Math.hypot(moved.clientX - from.x, moved.clientY - from.y) > DRAG_FROM;
      if (drag === null && far) drag = startDrag(card);
      if (drag !== null) hover(drag, moved);
    };
    const onEnd = (ended) => {
      removeEventListener("pointermove", onMove);
      removeEventListener("pointerup", onEnd);
      removeEventListener("pointercancel", onEnd);
      if (drag === null) return;
      addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => removeEventListener("click", swallow, { capture: true }), 0);
      drop(drag, ended.type === "pointerup");
    };
    addEventListener("pointermove", onMove);
    addEventListener("pointerup", onEnd);
    addEventListener("pointercancel", onEnd);
  }

  function swallow(event) {
    event.stopPropagation();
    event.preventDefault();
  }

  function startDrag(card) {
    const ghost = card.cloneNode(true);
    ghost.classList.add("ghost");
    ghost.removeAttribute("data-stop");
    ghost.style.width = `${card.offsetWidth}px`;
    document.body.append(ghost);
    card.classList.add("lifted");
    return { stop: Number(card.dataset.stop), card, ghost, line: element("li", { class: "line" }), target: null };
  }

  function hover(drag, event) {
    drag.ghost.style.transform = `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`;
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const column = under === null ? null : under.closest(".column");
    drag.line.remove();
    drag.target = null;
    if (column === null) return;
    const cards = [...column.querySelectorAll(".card")].filter((card) => card !== drag.card);
    const position = cards.filter((card) => middle(card) < event.clientY).length;
    drag.target = { car: Number(column.dataset.car), position };
    const next = cards[position];
    if (next === undefined) column.querySelector("ol").append(drag.line);
    else next.parentElement.before(drag.line);
  }

  function middle(card) {
    const { top, height } = card.getBoundingClientRect();
    return top + height / 2;
  }

  function drop(drag, done) {
    drag.ghost.remove();
    drag.line.remove();
    drag.card.classList.remove("lifted");
    if (done && drag.target !== null) place(drag.stop, drag.target.car, drag.target.position);
  }

  // Saving.

  function save() {
    const address = URL.createObjectURL(new Blob([board.csv()], { type: "text/csv" }));
    const link = element("a", { href: address, download: "overrides.csv" });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    announce(say("saved"));
  }

  document.getElementById("undo").addEventListener("click", undo);
  document.getElementById("save").addEventListener("click", save);
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    undo();
  });
  document.body.append(element("p", { id: "keys", class: "unseen" }, say("keys")));
  draw();
  document.documentElement.setAttribute("data-bookcar-ready", "");
})();
