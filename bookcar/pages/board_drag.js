"use strict";
// Dragging a card with mouse, pen or finger. A finger drags by the card's grip at once, elsewhere after
// a short rest: before that it scrolls. What lies beyond an edge comes into sight while a card is held there.
const bookcarDrag = ((root, place) => {
  const FROM = 5; // pixels a mouse moves before a click becomes a drag
  const SLIP = 9; // pixels a finger may tremble while it rests
  const REST = 320; // milliseconds
  const EDGE = 56; // pixels from an edge where it scrolls
  const FASTEST = 18; // pixels a frame
  let drag = null;

  // How a pointer that went down may become a drag: by moving, or by resting.
  function onPointer(event) {
    if (event.button !== 0 || drag !== null) return;
    const card = event.currentTarget;
    const finger = event.pointerType === "touch" && event.target.closest(".grip") === null;
    const from = { x: event.clientX, y: event.clientY };
    const timer = finger ? setTimeout(() => begin(card, from), REST) : null;
    const onMove = (moved) => {
      if (moved.pointerId !== event.pointerId) return;
      const far = Math.hypot(moved.clientX - from.x, moved.clientY - from.y);
      if (drag === null && finger && far > SLIP) end(null);
      else if (drag === null && !finger && far > FROM) begin(card, from);
      if (drag !== null) hover(moved.clientX, moved.clientY);
    };
    const onEnd = (ended) => {
      if (ended.pointerId === event.pointerId) end(ended);
    };
    const onKey = (pressed) => {
      if (pressed.key !== "Escape" || drag === null) return;
      pressed.stopPropagation();
      end(null);
    };
    const end = (ended) => {
      clearTimeout(timer);
      removeEventListener("pointermove", onMove);
      removeEventListener("pointerup", onEnd);
      removeEventListener("pointercancel", onEnd);
      removeEventListener("keydown", onKey, true);
      if (drag === null) return;
      addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => removeEventListener("click", swallow, { capture: true }), 0);
      drop(ended !== null && ended.type === "pointerup");
    };
    addEventListener("pointermove", onMove);
    addEventListener("pointerup", onEnd);
    addEventListener("pointercancel", onEnd);
    addEventListener("keydown", onKey, true);
  }

  function swallow(event) {
    event.stopPropagation();
    event.preventDefault();
  }

  function begin(card, { x, y }) {
    const ghost = card.cloneNode(true);
    const line = document.createElement("li");
    line.className = "line";
    ghost.classList.add("ghost");
    ghost.removeAttribute("data-stop");
    ghost.setAttribute("aria-hidden", "true");
    ghost.style.width = `${card.offsetWidth}px`;
    document.body.append(ghost);
    card.classList.add("lifted");
    drag = { stop: Number(card.dataset.stop), card, ghost, line, target: null, x, y };
    hover(x, y);
    requestAnimationFrame(scroll);
  }

  function hover(x, y) {
    drag.x = x;
    drag.y = y;
    drag.ghost.style.transform = `translate(${x + 8}px, ${y + 8}px)`;
    const under = document.elementFromPoint(x, y);
    const column = under === null ? null : under.closest(".column");
    drag.line.remove();
    drag.target = null;
    if (column === null) return;
    const cards = [...column.querySelectorAll(".card")].filter((card) => card !== drag.card);
    const position = cards.filter((card) => middle(card) < y).length;
    drag.target = { car: Number(column.dataset.car), position };
    const next = cards[position];
    if (next === undefined) column.querySelector("ol").append(drag.line);
    else next.parentElement.before(drag.line);
  }

  function middle(card) {
    const { top, height } = card.getBoundingClientRect();
    return top + height / 2;
  }

  // How fast to scroll where a point is between two edges: none in the middle.
  function speed(at, low, high) {
    const edge = Math.min(EDGE, (high - low) / 4);
    const inside = Math.min(1, Math.max(0, (low + edge - at) / edge)) - Math.min(1, Math.max(0, (at - high + edge) / edge));
    return -Math.round(FASTEST * inside);
  }

  function scroll() {
    if (drag === null) return;
    const board = root.getBoundingClientRect();
    const list = root.querySelector(`.column[data-car="${drag.target?.car}"] ol`);
    const across = speed(drag.x, board.left, Math.min(board.right, innerWidth));
    const edges = list?.getBoundingClientRect();
    const along = list ? speed(drag.y, edges.top, Math.min(edges.bottom, board.bottom)) : 0;
    const before = [root.scrollLeft, list?.scrollTop];
    root.scrollLeft += across;
    if (list) list.scrollTop += along;
    if (root.scrollLeft !== before[0] || list?.scrollTop !== before[1]) hover(drag.x, drag.y);
    requestAnimationFrame(scroll);
  }

  function drop(done) {
    const { stop, card, ghost, line, target } = drag;
    drag = null;
    ghost.remove();
    line.remove();
    card.classList.remove("lifted");
    if (done && target !== null) place(stop, target.car, target.position);
  }

  // A finger that drags neither scrolls nor opens the browser's own menu.
  addEventListener("touchmove", (event) => { if (drag !== null) event.preventDefault(); }, { passive: false });
  root.addEventListener("contextmenu", (event) => { if (drag !== null || event.pointerType === "touch") event.preventDefault(); });

  return { onPointer };
});
