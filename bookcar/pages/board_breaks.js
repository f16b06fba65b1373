"use strict";
// Where a crew rests on a day that one break is not enough for: the same steps as
// bookcar/optimiser/breaks.py, which says why. A test holds both sides together.
const bookcarBreaks = (() => {
  const NEVER = -1e12;

  // The times with as few breaks as will do, at least one; null if no timing exists.
  function withBreaks(chain, car) {
    const needed = fewest(chain, car);
    if (needed === null) return null;
    const work = sum(chain.legs) + sum(chain.service);
    const most = Math.min(2 * chain.service.length, mostBreaks(chain, car));
    for (let count = Math.max(1, needed); count <= most; count += 1) {
      if (work + count * car.rest > car.longest) return null;
      const found = withSo(chain, car, count);
      if (found !== null) return found;
    }
    return null;
  }

  function sum(numbers) {
    return numbers.reduce((a, b) => a + b, 0);
  }

  function fewest(chain, car) {
    let [count, used] = [0, 0];
    for (let point = -1; point < 2 * chain.service.length; point += 1) {
      const service = car.byDriving ? 0 : chain.service[point / 2];
      const step = point % 2 ? chain.legs[(point + 1) / 2] : service;
      if (used + step > car.every) {
        [count, used] = [count + 1, 0];
        if (point < 0 || step > car.every) return null;
      }
      used += step;
    }
    return count;
  }

  function mostBreaks(chain, car) {
    const count = chain.service.length;
    const last = Math.max(0, ...chain.windows.slice(-1).flat().map(([, closes]) => closes));
    const until = Math.min(car.ends, last + car.rest + chain.legs[count]);
    const span = car.byDriving ? sum(chain.legs) : Math.min(car.longest, until - car.starts);
    return 2 * Math.floor(Math.max(0, span) / Math.max(1, car.every)) + 3;
  }

  // With so many breaks: the earliest return, then the latest departure that allows it.
  function withSo(chain, car, count) {
    const backwards = mirrored(chain);
    let depart = car.starts;
    for (;;) {
      const back = earliest(chain, car, count, depart);
      if (back === null || back > car.ends) return null;
      const latest = -earliest(backwards, car, count, -back);
      if (back - latest <= car.longest) {
        return { depart: latest, rests: path(layersOf(chain, car, count, latest), 2 * chain.service.length) };
      }
      depart = Math.max(latest + 1, back - car.longest);
    }
  }

  function mirrored({ legs, service, windows }) {
    return {
      legs: legs.slice().reverse(),
      service: service.slice().reverse(),
      windows: windows.map((some) => some.map(([o, c]) => [-c, -o]).reverse()).reverse(),
    };
  }

  function earliest(chain, car, count, start) {
    const end = layersOf(chain, car, count, start)[count].get(2 * chain.service.length);
    return end === undefined ? null : end.begin;
  }

  // By number of breaks behind it, when each point is reached at the earliest.
  function layersOf(chain, car, count, start) {
    let sources = [[-1, start]];
    const layers = [];
    for (let behind = 0; behind <= count; behind += 1) {
      const layer = layerOf(chain, sources, car, behind === count);
      layers.push(layer);
      const points = [...layer.keys()].sort((a, b) => a - b);
      sources = points.map((point) => [point, layer.get(point).begin + car.rest]);
    }
    return layers;
  }

  function layerOf(chain, sources, car, toEnd) {
    const end = 2 * chain.service.length;
    const reached = new Map();
    sources.forEach(([source, start]) => {
      stretch(chain, source, start, car).forEach(([point, at]) => {
        const known = reached.get(point);
        if ((point === end) === toEnd && (known === undefined || at.begin <= known.begin)) reached.set(point, at);
      });
    });
    return reached;
  }

  // The points that a stretch leads to; a start that waits too long is put off.
  function stretch(chain, source, from, car) {
    const found = [];
    let [start, told] = [from, source];
    for (;;) {
      let [work, floor, hi, driven] = [0, NEVER, -NEVER, 0];
      let late = false;
      for (let point = source; point < 2 * chain.service.length && !late; point += 1) {
        if (point % 2) {
          const leg = chain.legs[(point + 1) / 2];
          work += leg;
          floor += leg;
          driven += leg;
        } else {
          const service = chain.service[point / 2];
          const ready = Math.max(start + work, floor);
          const open = chain.windows[point / 2].find(([o, c]) => Math.max(ready, o) + service <= c);
          if (open === undefined) return found;
          hi = Math.min(hi, open[1] - service - work);
          work += service;
          floor = Math.max(floor, open[0]) + service;
        }
        if ((car.byDriving ? driven : work) > car.every) return found;
        late = !car.byDriving && floor - hi > car.every;
        if (!late && point + 1 > told) {
          told = point + 1;
          const begun = car.byDriving ? start : Math.max(start, floor - car.every);
          found.push([told, { begin: Math.max(start + work, floor), source, start: begun }]);
        }
      }
      if (!late) return found;
      start = hi + 1;
    }
  }

  // The breaks on the way to the end, in order.
  function path(layers, end) {
    const rests = [];
    let after = layers[layers.length - 1].get(end);
    for (let k = layers.length - 2; k >= 0; k -= 1) {
      const before = layers[k].get(after.source);
      rests.unshift({ point: after.source, begin: before.begin, end: after.start });
      after = before;
    }
    return rests;
  }

  return { withBreaks };
})();
