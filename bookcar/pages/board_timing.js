"use strict";
// The times of a route and what it breaks: the same steps as bookcar/optimiser/route_times.py and
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
    const tasks = supplied(problem, order);
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

  // The stops of a route; what earlier ones hand on to them does not come from the depot. What was
  // not dropped since goes off at a reload.
  function supplied(problem, order) {
    let aboard = new Set();
    return order.map((k) => {
      const task = problem.stops[k];
      if (task.reload) aboard = new Set();
      const own = (task.handed ?? []).filter(([giver]) => aboard.has(giver));
      aboard.add(k);
      if (own.length === 0) return task;
      const less = (amount, load) => own.reduce((left, [, loads]) => left - loads[load], amount);
      return { ...task, drop: task.drop.map(less), collect: task.collect.map(less) };
    });
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
      rest: lifted.includes("break") ? 0 : car.break_s,
      every: most("break"),
      byDriving: car.by_driving,
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

  // From here on as in optimiser/route_times.py; a day that one break is not enough for is left to
  // board_breaks.js. Point 2 * k is before the service of stop k, 2 * k + 1 after it, -1 the departure.

  function schedule(car, chain) {
    const work = sum(chain.legs) + sum(chain.service);
    if (car.rest <= 0 || car.every >= car.longest || (car.byDriving && sum(chain.legs) <= car.every)) {
      const times = fit(chain, { ...car, before: -NEVER, behind: -NEVER });
      return times === null ? null : spellOut(chain, times.depart, []);
    }
    const first = walk(chain, car.starts, null, 0);
    if (first === null) return null;
    const times = withAtMostOne(chain, car, Math.max(first.lo + first.work, first.floor), work);
    if (times === null) {
      const several = bookcarBreaks.withBreaks(chain, car);
      return several === null ? null : spellOut(chain, several.depart, several.rests);
    }
    return spellOut(chain, times.depart, times.point === null ? [] : [restOf(chain, times, car)]);
  }

  function sum(numbers) {
    return numbers.reduce((a, b) => a + b, 0);
  }

  function beats(times, other) {
    if (other === null) return true;
    return times.back < other.back || (times.back === other.back && times.depart > other.depart);
  }

  function hasBetterBreak(times, other) {
    if (other === null) return true;
    return times.early === other.early ? beats(times, other) : other.early;
  }

  function withAtMostOne(chain, car, earliest, work) {
    let best = null;
    if (!car.byDriving) {
      const longest = Math.min(car.every, car.longest);
      best = fit(chain, { ...car, longest, before: -NEVER, behind: -NEVER });
      if (best !== null && best.back === earliest) return best;
    }
    if (work + car.rest > car.longest || chain.service.length === 0) return best;
    return withOne(chain, car, best, Math.max(earliest, car.starts + work + car.rest), work + car.rest);
  }

  function withOne(chain, car, best, ideal, work) {
    const end = 2 * chain.service.length;
    const before = usedBy(chain, car);
    const total = before[end + 1];
    for (let after = end - 1; after >= -1; after -= 2) {
      let times = null;
      for (const point of [after, after + 1]) {
        const used = before[point + 1];
        if (times !== null || point < 0 || point >= end || used > car.every) continue;
        if (total - used <= car.every) times = fitAround(chain, car, point, used);
      }
      if (times !== null && hasBetterBreak(times, best)) {
        best = times;
        const least = times.back === ideal && times.back - times.depart === work;
        if (least && !times.early) break;
      }
    }
    return best;
  }

  // By point, the departure first, what the way there takes of the time until a break.
  function usedBy(chain, car) {
    const used = [0];
    for (let point = -1; point < 2 * chain.service.length; point += 1) {
      const service = car.byDriving ? 0 : chain.service[point / 2];
      used.push(used[used.length - 1] + (point % 2 ? chain.legs[(point + 1) / 2] : service));
    }
    return used;
  }

  function fitAround(chain, car, point, used) {
    if (!car.byDriving) return fit(chain, { ...car, before: car.every, behind: car.every }, point, car.rest);
    const times = fit(chain, { ...car, before: -NEVER, behind: -NEVER }, point, car.rest);
    return times === null ? null : { ...times, early: 2 * used < car.every };
  }

  function fit(chain, limits, point = null, rest = 0) {
    let best = null;
    let span = walk(chain, limits.starts, point, rest);
    while (span !== null) {
      const reached = Math.max(span.lo + span.work, span.floor);
      if (reached > limits.ends || (best !== null && reached > best.back)) break;
      const times = fitSpan(span, limits, point);
      if (times !== null && beats(times, best)) best = times;
      span = span.hi < -NEVER ? walk(chain, span.hi + 1, point, rest) : null;
    }
    return best;
  }

  function fitSpan(span, limits, point) {
    if (span.work > limits.longest || span.workBefore > limits.before) return null;
    if (span.floorBehind - span.hiBehind > limits.behind) return null;
    const earliest = Math.max(span.lo, span.floor - limits.longest, span.floorBefore - limits.before);
    const depart = Math.min(Math.max(earliest, span.floor - span.work), span.hi);
    const back = Math.max(depart + span.work, span.floor);
    if (earliest > span.hi || back > limits.ends) return null;
    const waited = Math.max(span.workBefore, span.floorBefore - depart);
    return { depart, back, point, early: point !== null && 2 * waited < limits.before };
  }

  function walk(chain, depart, point, rest) {
    const end = 2 * chain.service.length;
    let [work, floor, hi] = [0, NEVER, -NEVER];
    let [workBefore, floorBefore, begun, floorBehind, hiBehind] = [0, NEVER, 0, NEVER, -NEVER];
    for (let at = 0; at <= end; at += 1) {
      if (at % 2 === 0) {
        const leg = chain.legs[at / 2];
        work += leg;
        floor += leg;
        floorBehind += leg;
      } else {
        const service = chain.service[(at - 1) / 2];
        const open = windowFor(chain.windows[(at - 1) / 2], Math.max(depart + work, floor), service);
        if (open === null) return null;
        hi = Math.min(hi, open[1] - service - work);
        hiBehind = Math.min(hiBehind, open[1] - service - work + begun);
        work += service;
        floor = Math.max(floor, open[0]) + service;
        floorBehind = Math.max(floorBehind, open[0]) + service;
      }
      if (at === point) {
        [workBefore, floorBefore] = [work, floor];
        work += rest;
        floor += rest;
        [begun, floorBehind, hiBehind] = [work, NEVER, -NEVER];
      }
    }
    return { lo: depart, hi, work, floor, workBefore, floorBefore, floorBehind, hiBehind };
  }

  function windowFor(windows, ready, service) {
    for (const [opens, closes] of windows) {
      if (Math.max(ready, opens) + service <= closes) return [opens, closes];
    }
    return null;
  }

  // The break: where the car would wait anyway, else before driving on.
  function restOf(chain, times, car) {
    const rest = restAt(chain, times.depart, car, times.point);
    const stop = (times.point + 1) / 2;
    if (times.point % 2 === 0 || stop === chain.service.length) return rest;
    const later = restAt(chain, times.depart, car, times.point + 1);
    const begun = car.byDriving ? usedBy(chain, car)[times.point + 2] : later.begin - times.depart;
    const ready = later.begin + car.rest;
    return opening(chain, stop, ready) > ready && begun <= car.every ? later : rest;
  }

  function restAt(chain, depart, car, point) {
    const span = walk(chain, depart, point, car.rest);
    const begin = Math.max(depart + span.workBefore, span.floorBefore);
    const end = begin + car.rest;
    return { point, begin, end: car.byDriving ? end : Math.max(end, span.floorBehind - car.every) };
  }

  function spellOut(chain, depart, rests) {
    const arrive = [];
    const begin = [];
    const leave = [];
    const restedAt = (point, now) => rests.find((rest) => rest.point === point)?.end ?? now;
    let now = depart;
    chain.service.forEach((service, k) => {
      arrive.push(now + chain.legs[k]);
      begin.push(opening(chain, k, restedAt(2 * k, arrive[k])));
      leave.push(begin[k] + service);
      now = restedAt(2 * k + 1, leave[k]);
    });
    const breaks = rests.map(({ point, begin: from, end: to }) => ({
      position: Math.floor(point / 2),
      moment: point % 2 ? "after" : "before",
      begin: from,
      end: to,
    }));
    return { depart, arrive, begin, leave, back: now + chain.legs[chain.service.length], breaks };
  }

  function opening(chain, k, ready) {
    return Math.max(ready, windowFor(chain.windows[k], ready, chain.service[k])[0]);
  }

  return { tryRoute, supplied };
})();
