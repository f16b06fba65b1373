"use strict";
// The times of a route and what it breaks: the same steps as bookcar/optimiser/timing.py and
// bookcar/optimiser/violations.py, in whole seconds and metres. A test holds both sides together.
const bookcarTiming = (() => {
  const FAR = 1e9;
  const NEVER = -1e12;
  // Which limits on time are lifted in turn, until a timing exists.
  const LIFTED = [
    [],
    ["back"],
    ["away"],
    ["back", "away"],
    ["open"],
    ["open", "back"],
    ["open", "away"],
    ["open", "back", "away"],
    ["open", "back", "away", "break"],
  ];

  function tryRoute(problem, carDay, order) {
    const car = problem.cars[carDay];
    const tasks = order.map((k) => problem.stops[k]);
    const legs = legsOf(problem, car, tasks);
    const loads = problem.limits.filter((limit) => limit.measure === "aboard");
    const aboard = loads.map((limit) => aboardOf(tasks, limit.load));
    const most = (measure) => car.most[problem.limits.findIndex((one) => one.measure === measure)];
    const passable = !legs.some(impassable);
    const { times, lifted } = passable ? timed(car, most, tasks, legs) : { times: null, lifted: [] };
    const route = { car, tasks, legs, totals: totalsOf(tasks, legs), aboard, times, lifted };
    const violations = problem.limits.flatMap((limit, k) => broken(limit, car.most[k], route));
    return { times, metres: route.totals.metres, aboard, violations };
  }

  // How a route breaks a limit.
  function broken(limit, most, route) {
    const { code, measure } = limit;
    const one = (figure, position = null) => ({ code, figure, limit: most, position });
    if (measure === "road") {
      const gaps = [...route.legs.keys()].filter((k) => impassable(route.legs[k]));
      return gaps.map((k) => ({ ...one(0, k), limit: 0 }));
    }
    if (measure === "open") return closed(route).map((k) => ({ ...one(route.times.begin[k], k), limit: 0 }));
    if (measure === "break") return most !== null && route.lifted.includes("break") ? [one(0)] : [];
    const figure = figureOf(limit, route);
    return most !== null && figure > most ? [one(figure)] : [];
  }

  // What a route has of what a limit is about; nothing of time without times.
  function figureOf({ measure, load }, { totals, aboard, times }) {
    if (measure === "aboard") return Math.max(...aboard[load]);
    const time = times === null ? {} : { back: times.back, away: times.back - times.depart };
    return { ...totals, ...time }[measure] ?? 0;
  }

  // The stops whose service lies in none of their windows.
  function closed({ tasks, times }) {
    if (times === null) return [];
    const open = (task, k) => task.windows.some(([o, c]) => o <= times.begin[k] && times.leave[k] <= c);
    return [...tasks.keys()].filter((k) => !open(tasks[k], k));
  }

  // What adds up along a route; what is impassable counts as nothing.
  function totalsOf(tasks, legs) {
    const reloads = tasks.filter((task) => task.reload).length;
    const sum = (unit) => legs.reduce((total, leg) => total + Math.max(leg[unit], 0), 0);
    return { stops: tasks.length - reloads, reloads, metres: sum("metres"), driving: sum("seconds") };
  }

  function impassable({ seconds, metres }) {
    return Math.min(seconds, metres) < 0;
  }

  function legsOf(problem, car, tasks) {
    const table = problem.tables[car.table];
    const places = [car.start, ...tasks.map((task) => task.location), car.end];
    return places.slice(1).map((there, k) => {
      const at = places[k] * table.size + there;
      return { seconds: table.seconds[at], metres: table.metres[at] };
    });
  }

  // What is aboard on leaving the depot and each stop; a reload starts afresh.
  function aboardOf(tasks, load) {
    let now = taken(tasks, load);
    const levels = [now];
    tasks.forEach((task, k) => {
      if (task.reload) now = taken(tasks.slice(k + 1), load);
      else now += task.collect[load] - task.drop[load];
      levels.push(now);
    });
    return levels;
  }

  // What is dropped until the next reload.
  function taken(tasks, load) {
    const next = tasks.findIndex((task) => task.reload);
    const part = next < 0 ? tasks : tasks.slice(0, next);
    return part.reduce((sum, task) => sum + task.drop[load], 0);
  }

  // The times with as few limits lifted as must be, and which.
  function timed(car, most, tasks, legs) {
    const seconds = legs.map((leg) => leg.seconds);
    for (const lifted of LIFTED) {
      const times = schedule(lenient(car, most, lifted), chainOf(tasks, seconds, lifted));
      if (times !== null) return { times, lifted };
    }
    throw new Error("without any limit a passable route has times");
  }

  function lenient(car, most, lifted) {
    return {
      starts: car.starts,
      ends: lifted.includes("back") ? 10 * FAR : most("back"),
      longest: lifted.includes("away") ? 10 * FAR : most("away"),
      breakS: lifted.includes("break") ? 0 : car.break_s,
      breakAfter: most("break"),
    };
  }

  function chainOf(tasks, legs, lifted) {
    const more = lifted.includes("open") ? [[0, FAR]] : [];
    return {
      legs,
      service: tasks.map((task) => task.service),
      windows: tasks.map((task) => [...task.windows, ...more]),
    };
  }

  // From here on as in optimiser/timing.py.

  function schedule(car, chain) {
    const times = bestTimes(chain, car);
    return times === null ? null : spellOut(chain, car, times);
  }

  function beats(times, other) {
    if (other === null) return true;
    if (times.early !== other.early) return other.early;
    return times.back < other.back || (times.back === other.back && times.depart > other.depart);
  }

  function bestTimes(chain, car) {
    if (car.breakS <= 0 || car.breakAfter >= car.longest) {
      return fit(chain, { ...car, breakAfter: car.longest });
    }
    const first = walk(chain, car.starts, null, 0);
    if (first === null) return null;
    const best = fit(chain, { ...car, longest: car.breakAfter, breakAfter: car.longest });
    const earliest = Math.max(first.lo + first.work, first.floor);
    if (best !== null && best.back === earliest) return best;
    return fitWithBreak(chain, car, best, earliest);
  }

  function fitWithBreak(chain, car, best, earliest) {
    const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
    const work = sum(chain.legs) + sum(chain.service) + car.breakS;
    const count = chain.service.length;
    if (work > car.longest || count === 0) return best;
    const ideal = Math.max(earliest, car.starts + work);
    const before = [];
    chain.service.forEach((service, k) => {
      before.push((k ? before[k - 1] : 0) + chain.legs[k] + service);
    });
    for (let leg = count; leg >= 0; leg -= 1) {
      if ((leg ? before[leg - 1] : chain.legs[0]) > car.breakAfter) continue;
      const legs = chain.legs.slice();
      legs[leg] += car.breakS;
      const times = fit({ ...chain, legs }, car, leg, car.breakS);
      if (times !== null && beats(times, best)) {
        best = times;
        const least = times.back === ideal && times.back - times.depart === work;
        if (least && !times.early) break;
      }
    }
    return best;
  }

  function fit(chain, limits, breakLeg = null, breakS = 0) {
    let best = null;
    let span = walk(chain, limits.starts, breakLeg, breakS);
    while (span !== null) {
      const reached = Math.max(span.lo + span.work, span.floor);
      if (reached > limits.ends) break;
      if (best !== null && !best.early && reached > best.back) break;
      const times = fitSpan(span, limits, breakLeg);
      if (times !== null && beats(times, best)) best = times;
      span = span.hi < -NEVER ? walk(chain, span.hi + 1, breakLeg, breakS) : null;
    }
    return best;
  }

  function fitSpan(span, limits, breakLeg) {
    if (span.work > limits.longest || span.workBefore > limits.breakAfter) return null;
    const earliest = Math.max(
      span.lo,
      span.floor - limits.longest,
      span.floorBefore - limits.breakAfter,
    );
    const depart = Math.min(Math.max(earliest, span.floor - span.work), span.hi);
    const back = Math.max(depart + span.work, span.floor);
    if (earliest > span.hi || back > limits.ends) return null;
    const waited = Math.max(span.workBefore, span.floorBefore - depart);
    return { depart, back, breakLeg, early: breakLeg !== null && 2 * waited < limits.breakAfter };
  }

  function walk(chain, depart, breakLeg, breakS) {
    let work = 0;
    let floor = NEVER;
    let hi = -NEVER;
    let before = { work: 0, floor: NEVER };
    for (let k = 0; k < chain.service.length; k += 1) {
      const leg = chain.legs[k];
      const service = chain.service[k];
      if (k === breakLeg) before = breakBegins(work, floor, leg - breakS, k === 0);
      work += leg;
      floor += leg;
      const arrive = Math.max(depart + work, floor);
      const open = windowFor(chain.windows[k], arrive, service);
      if (open === null) return null;
      floor = Math.max(floor, open[0]);
      hi = Math.min(hi, open[1] - service - work);
      work += service;
      floor += service;
    }
    if (breakLeg === chain.service.length) before = breakBegins(work, floor, 0, false);
    const back = chain.legs[chain.legs.length - 1];
    return {
      lo: depart,
      hi,
      work: work + back,
      floor: floor + back,
      workBefore: before.work,
      floorBefore: before.floor,
    };
  }

  function breakBegins(work, floor, leg, first) {
    return first ? { work: work + leg, floor: floor + leg } : { work, floor };
  }

  function windowFor(windows, ready, service) {
    for (const [opens, closes] of windows) {
      if (Math.max(ready, opens) + service <= closes) return [opens, closes];
    }
    return null;
  }

  function spellOut(chain, car, times) {
    const count = chain.service.length;
    const arrive = [];
    const begin = [];
    const leave = [];
    let crewBreak = null;
    let now = times.depart;
    for (let k = 0; k < count; k += 1) {
      crewBreak = crewBreak || breakOn(chain, car, times, k, now);
      const breaks = (position, moment) =>
        crewBreak !== null && crewBreak.position === position && crewBreak.moment === moment;
      arrive.push(now + chain.legs[k] + (breaks(k - 1, "after") ? car.breakS : 0));
      const ready = arrive[k] + (breaks(k, "before") ? car.breakS : 0);
      begin.push(opening(chain.windows[k], ready, chain.service[k]));
      leave.push(begin[k] + chain.service[k]);
      now = leave[k];
    }
    crewBreak = crewBreak || breakOn(chain, car, times, count, now);
    return { depart: times.depart, arrive, begin, leave, back: times.back, break: crewBreak };
  }

  function breakOn(chain, car, times, leg, now) {
    if (leg !== times.breakLeg) return null;
    if (leg < chain.service.length) {
      const arrive = now + chain.legs[leg];
      const ready = arrive + car.breakS;
      const waits = opening(chain.windows[leg], ready, chain.service[leg]) > ready;
      if (leg === 0 || (waits && arrive <= times.depart + car.breakAfter)) {
        return { position: leg, moment: "before", begin: arrive, end: ready };
      }
    }
    return { position: leg - 1, moment: "after", begin: now, end: now + car.breakS };
  }

  function opening(windows, ready, service) {
    return Math.max(ready, windowFor(windows, ready, service)[0]);
  }

  return { tryRoute };
})();
