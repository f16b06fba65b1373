"use strict";
// What is on the board and what may be done with it; knows nothing of the page.

// A day on the reader's calendar as 2026-12-01.
const bookcarDay = (date) => [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");

const bookcarModel = ((timing) => (data) => {
  const LEFT = -1; // the column of stops that no route serves
  const problem = { tables: bookcarWays(data.ways), cars: data.cars, stops: data.stops, limits: data.limits };
  const first = { orders: data.orders, left: data.unserved, touched: [] };
  const seen = new Map();
  let now = first;
  let past = [];

  // A route's times, loads and violations; null without stops.
  function evaluate(car, order) {
    if (order.length === 0) return null;
    const key = `${car}:${order.join()}`;
    if (!seen.has(key)) {
      const trial = timing.tryRoute(problem, car, order);
      order.forEach((stop, position) => {
        const code = data.stops[stop].refused[car] || (unstocked(car, order, position) && "unstocked");
        if (code) trial.violations.unshift({ code, figure: 0, limit: 0, position });
      });
      if (isPast(car) && order.join() !== first.orders[car].join()) {
        trial.violations.unshift({ code: "past", figure: 0, limit: 0, position: 0 });
      }
      seen.set(key, trial);
    }
    return seen.get(key);
  }

  // Whether books are to be left at a stop and none can be aboard yet: where its car starts are none,
  // and it has not reloaded.
  function unstocked(car, order, position) {
    const wants = timing.supplied(problem, order)[position].drop[0] > 0;
    return wants && !data.cars[car].stocked && !order.slice(0, position).some(isReload);
  }

  // Whether a day was over before the day on which the board is looked at.
  function isPast(car) {
    return data.today !== undefined && data.cars[car].date < data.today;
  }

  function column(stop) {
    return now.orders.findIndex((order) => order.includes(stop));
  }

  function listed(car) {
    return car === LEFT ? now.left : now.orders[car];
  }

  function without(list, stop) {
    return list.filter((other) => other !== stop);
  }

  function isReload(stop) {
    return data.stops[stop].reload === true;
  }

  function stopsOf(list) {
    return list.filter((stop) => !isReload(stop));
  }

  // A reload without a stop before the next one, or the end, is none.
  function needed(list) {
    return list.filter((stop, k) => !isReload(stop) || (k + 1 < list.length && !isReload(list[k + 1])));
  }

  function inserted(list, stop, position) {
    const rest = without(list, stop);
    return [...rest.slice(0, position), stop, ...rest.slice(position)];
  }

  // Where on a route a stop costs least: breaking least, back earliest, driving least.
  function bestPlace(car, stop) {
    if (car === LEFT) return { position: now.left.length, trial: null };
    const rest = without(now.orders[car], stop);
    let best = null;
    for (let position = 0; position <= rest.length; position += 1) {
      const trial = evaluate(car, inserted(rest, stop, position));
      const back = trial.times === null ? Infinity : trial.times.back;
      const rank = [trial.violations.length, excess(trial), back, trial.metres];
      if (best === null || less(rank, best.rank)) best = { position, trial, rank };
    }
    return best;
  }

  function excess(trial) {
    return trial.violations.reduce((sum, b) => sum + Math.max(b.figure - b.limit, 0), 0);
  }

  function less(a, b) {
    const k = a.findIndex((value, i) => value !== b[i]);
    return k >= 0 && a[k] < b[k];
  }

  // What a stop would add to a route it is not on, in the best place there.
  function offer(car, stop) {
    const place = bestPlace(car, stop);
    const before = evaluate(car, now.orders[car]);
    const away = (trial) => (trial && trial.times ? trial.times.back - trial.times.depart : 0);
    return {
      position: place.position,
      trial: place.trial,
      seconds: place.trial.times === null ? null : away(place.trial) - away(before),
      metres: place.trial.metres - (before === null ? 0 : before.metres),
    };
  }

  function move(stop, car, position) {
    if (isReload(stop)) return false;
    const orders = now.orders.map((order) => without(order, stop));
    let left = without(now.left, stop);
    if (car === LEFT) left = inserted(left, stop, Math.min(position, left.length));
    else orders[car] = inserted(orders[car], stop, Math.min(position, orders[car].length));
    orders.forEach((order, k) => { orders[k] = needed(order); });
    if (same({ orders, left }, now)) return false;
    past.push(now);
    now = { orders, left, touched: [...without(now.touched, stop), stop] };
    return true;
  }

  function undo() {
    if (past.length === 0) return false;
    now = past.pop();
    return true;
  }

  // Back to the plan; that, too, can be undone.
  function reset() {
    if (!isChanged()) return false;
    past.push(now);
    now = first;
    return true;
  }

  function isChanged() {
    return !same(now, first);
  }

  function same(a, b) {
    return JSON.stringify([a.orders, a.left]) === JSON.stringify([b.orders, b.left]);
  }

  // Take up moves that were kept, if they have every stop of this board once, and no other.
  function restore({ orders, left, touched }) {
    const lists = [orders, left, touched].every(Array.isArray) && orders.every(Array.isArray);
    if (!lists || orders.length !== first.orders.length || left.some(isUnknown)) return false;
    const every = [...orders.flat(), ...left];
    const stops = every.filter((stop) => !isUnknown(stop) && !isReload(stop));
    const known = data.stops.filter((stop) => stop.reload !== true).length;
    const once = new Set(every).size === every.length;
    if (every.some(isUnknown) || touched.some(isUnknown) || !once || stops.length !== known) return false;
    past.push(now);
    now = { orders, left, touched };
    return true;
  }

  function isUnknown(stop) {
    return !Number.isInteger(stop) || data.stops[stop] === undefined;
  }

  // The routes of days to come a stop is not on by what it would add there: those that keep every limit first, the
  // shortest time first.
  function places(stop) {
    const cars = [...data.cars.keys()].filter((car) => car !== column(stop) && !isPast(car));
    const found = cars.map((car) => ({ car, ...offer(car, stop) }));
    const rank = ({ trial, seconds, metres }) => [trial.violations.length, excess(trial), seconds ?? Infinity, metres];
    return found.sort((a, b) => (less(rank(a), rank(b)) ? -1 : less(rank(b), rank(a)) ? 1 : a.car - b.car));
  }

  // Whether a stop was moved by hand and stands elsewhere than in the plan.
  function moved(stop) {
    const before = first.orders.findIndex((order) => order.includes(stop));
    if (column(stop) !== before) return true;
    if (before === LEFT || !now.touched.includes(stop)) return false;
    return now.orders[before].indexOf(stop) !== first.orders[before].indexOf(stop);
  }

  function changed(car) {
    return now.orders[car].join() !== first.orders[car].join();
  }

  function totals() {
    const trials = now.orders.map((order, car) => evaluate(car, order)).filter(Boolean);
    return {
      stops: new Set(stopsOf(now.orders.flat()).map((stop) => data.stops[stop].id)).size,
      metres: trials.reduce((sum, trial) => sum + trial.metres, 0),
      moved: data.stops.filter((_, stop) => !isReload(stop) && moved(stop)).length,
      broken: trials.filter((trial) => trial.violations.length > 0).length,
    };
  }

  // Changed routes whole, then the stops taken off; what nobody touched is not in the file. A row of
  // a stop taken off leaves out every visit that no row names, so a route that keeps its other visit
  // is written too.
  function csv() {
    const rows = [["plan", "date", "vehicle", "position", "stop"]];
    const off = now.left.filter((stop) => !first.left.includes(stop));
    const names = new Set(off.map((stop) => data.stops[stop].id));
    const keepsOther = (order) => order.some((stop) => names.has(data.stops[stop].id));
    now.orders.forEach((order, car) => {
      if (!changed(car) && !keepsOther(order)) return;
      const { date, vehicle } = data.cars[car];
      order.forEach((stop, k) => rows.push([data.plan, date, vehicle, k + 1, data.stops[stop].id]));
    });
    for (const name of names) rows.push([data.plan, "", "", "", name]);
    return `\ufeff${rows.map((row) => `${row.map(cell).join()}\r\n`).join("")}`;
  }

  function cell(value) {
    let text = String(value);
    if (/^[=+\-@\t\r]/.test(text)) text = `'${text}`;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }

  return {
    LEFT, evaluate, column, listed, bestPlace, offer, move, undo, moved, changed, totals, csv,
    isReload, stopsOf, canUndo: () => past.length > 0, reset, restore, isChanged, places, state: () => now,
  };
})(bookcarTiming);
