// Where badges and names stand, so that none hides another.
(function () {
  'use strict';

  const CELL = 64;  // pixels: no two badges keep further apart than this
  const MOST = 40;  // rows and columns of spots to try in a township
  const SCRAP = 0.06;  // of a label, that lines may run beneath

  function cellKey(x, y) {
    return Math.floor(x / CELL) + ' ' + Math.floor(y / CELL);
  }

  function cells(points) {
    const grid = {};
    points.forEach((p, i) => {
      const key = cellKey(p.x, p.y);
      (grid[key] = grid[key] || []).push(i);
    });
    return grid;
  }

  function near(grid, p) {
    let found = [];
    for (let x = -1; x <= 1; x += 1) {
      for (let y = -1; y <= 1; y += 1) {
        found = found.concat(grid[cellKey(p.x + x * CELL, p.y + y * CELL)] || []);
      }
    }
    return found;
  }

  // Move points apart until they are `gap` pixels from each other and from the fixed ones: pushed
  // within `reach` pixels of their places and, where that is not enough, set down within `farthest`.
  // Returns new points in the same order.
  function spread(points, fixed, ways) {
    const moved = push(points, fixed, ways.gap, ways.reach);
    return settle(moved, points, fixed, ways);
  }

  // Push points apart, but none further than `reach` from its true place.
  function push(points, fixed, gap, reach) {
    const moved = points.map((p, i) => ({ x: p.x + (i % 7) * 0.01, y: p.y + (i % 5) * 0.01 }));
    for (let round = 0; round < 40; round += 1) {
      const all = moved.concat(fixed);
      const grid = cells(all);
      let still = true;
      moved.forEach((p, i) => {
        near(grid, p).forEach((j) => {
          if (j === i) return;
          const dx = p.x - all[j].x;
          const dy = p.y - all[j].y;
          const distance = Math.hypot(dx, dy) || 0.01;
          if (distance >= gap) return;
          const step = (gap - distance) / (j < moved.length ? 2 : 1) / distance;
          p.x += dx * step;
          p.y += dy * step;
          still = false;
        });
        const ox = p.x - points[i].x;
        const oy = p.y - points[i].y;
        const away = Math.hypot(ox, oy);
        if (away > reach) {
          p.x = points[i].x + ox * reach / away;
          p.y = points[i].y + oy * reach / away;
        }
      });
      if (still) break;
    }
    return moved;
  }

  // What pushing has left on top of another goes to the nearest free spot about its true place.
  function settle(moved, points, fixed, ways) {
    const all = fixed.slice();
    const grid = cells(all);
    function free(p) {
      return near(grid, p).every((j) => Math.hypot(p.x - all[j].x, p.y - all[j].y) > ways.gap - 1);
    }
    function stand(p) {
      const key = cellKey(p.x, p.y);
      (grid[key] = grid[key] || []).push(all.push(p) - 1);
      return p;
    }
    const settled = moved.map((p) => (free(p) ? stand(p) : null));
    return settled.map((p, i) => p || stand(ring(points[i], ways.gap / 3, ways.farthest).find(free) || moved[i]));
  }

  // Spots on rings about a point, the inmost first.
  function ring(centre, step, farthest) {
    const found = [];
    for (let far = step; far <= farthest; far += step) {
      const around = Math.ceil(2 * Math.PI * far / step);
      for (let k = 0; k < around; k += 1) {
        const angle = 2 * Math.PI * k / around;
        found.push({ x: centre.x + far * Math.cos(angle), y: centre.y + far * Math.sin(angle) });
      }
    }
    return found;
  }

  // Whether a box lies in another from edge to edge.
  function holds(whole, box) {
    return box.x >= whole.x && box.y >= whole.y
      && box.x + box.w <= whole.x + whole.w && box.y + box.h <= whole.y + whole.h;
  }

  // What two boxes have in common, null if nothing.
  function common(a, b) {
    const x = Math.max(a.x, b.x);
    const y = Math.max(a.y, b.y);
    const w = Math.min(a.x + a.w, b.x + b.w) - x;
    const h = Math.min(a.y + a.h, b.y + b.h) - y;
    return w > 0 && h > 0 ? { x: x, y: y, w: w, h: h } : null;
  }

  function overlap(a, b) {
    const both = common(a, b);
    return both ? both.w * both.h : 0;
  }

  // Boxes by the cells they lie in: of tens of thousands only those nearby need looking at.
  function shelf(boxes) {
    const found = new Map();
    // Whether `visit` says so of any of the cells a box lies in.
    function someCell(box, visit) {
      const right = Math.floor((box.x + box.w) / CELL);
      const low = Math.floor((box.y + box.h) / CELL);
      for (let x = Math.floor(box.x / CELL); x <= right; x += 1) {
        for (let y = Math.floor(box.y / CELL); y <= low; y += 1) {
          if (visit(x * 1e6 + y)) return true;
        }
      }
      return false;
    }
    function add(box) {
      someCell(box, (key) => {
        if (found.has(key)) found.get(key).push(box);
        else found.set(key, [box]);
      });
    }
    function covered(box) {
      const about = new Set();
      someCell(box, (key) => (found.get(key) || []).forEach((other) => about.add(other)));
      return Array.from(about).reduce((total, other) => total + overlap(box, other), 0);
    }
    boxes.forEach(add);
    return {
      add: add,
      hit: (box) => someCell(box, (key) => (found.get(key) || []).some((other) => common(box, other))),
      covered: covered,
    };
  }

  // Shifts about a spot in a label's widths and heights, the nearest first.
  function shifts() {
    const found = [];
    for (let x = -6; x <= 6; x += 1) {
      for (let y = -8; y <= 8; y += 1) found.push([x * 0.2, y * 0.4]);
    }
    const far = (shift) => Math.hypot(shift[0] * 2.5, shift[1]);
    return found.sort((a, b) => far(a) - far(b) || a[0] - b[0] || a[1] - b[1]);
  }

  const SHIFTS = shifts();

  // Where a label {x, y, w, h, whole} may stand, the best first: about its spot, then anywhere in
  // the box `whole`, if it has one.
  function* spots(label) {
    for (const shift of SHIFTS) yield { x: label.x + shift[0] * label.w, y: label.y + shift[1] * label.h };
    if (!label.whole) return;
    const all = [];
    const columns = Math.ceil(Math.min(MOST, 4 * label.whole.w / label.w));
    const rows = Math.ceil(Math.min(MOST, 4 * label.whole.h / label.h));
    for (let i = 0; i <= columns; i += 1) {
      for (let j = 0; j <= rows; j += 1) {
        all.push({ x: label.whole.x + label.whole.w * i / columns, y: label.whole.y + label.whole.h * j / rows });
      }
    }
    const far = (p) => Math.hypot(p.x - label.x, p.y - label.y);
    yield* all.sort((a, b) => far(a) - far(b) || a.x - b.x || a.y - b.y);
  }

  // For each label {x, y, w, h, whole, inside} (centre and size) a spot that covers none of the
  // marks, no other label and no more than a scrap of the lines, where `inside(box)` holds; else one
  // for its `brief` form {w, h}, if it has one; else null. Those that come first choose first.
  function place(labels, marks, lines) {
    const taken = shelf(marks);
    const crossed = shelf(lines);
    return labels.map((label) => {
      const forms = label.brief ? [label, Object.assign({}, label, label.brief)] : [label];
      for (const form of forms) {
        const spot = bestSpot(form, taken, crossed);
        if (spot) {
          taken.add(boxAbout(spot, form));
          return { x: spot.x, y: spot.y, brief: form !== label };
        }
      }
      return null;
    });
  }

  // The nearest spot, unless one further off covers less.
  function bestSpot(label, taken, crossed) {
    const size = label.w * label.h;
    let best = null;
    let rank = 0;
    for (const spot of spots(label)) {
      rank += 1;
      const way = rank * size * 0.0015;
      if (best && best.cost <= way) break;
      const box = boxAbout(spot, label);
      if (taken.hit(box)) continue;
      const covers = crossed.covered(box);
      if (covers > size * SCRAP || (best && best.cost <= covers + way)) continue;
      if (!label.inside || label.inside(box)) best = { spot: spot, cost: covers + way };
    }
    return best && best.spot;
  }

  // A label's box about a spot.
  function boxAbout(spot, label) {
    return { x: spot.x - label.w / 2, y: spot.y - label.h / 2, w: label.w, h: label.h };
  }

  Object.assign(window.bookcar, { spread: spread, place: place, holds: holds, common: common });
}());
