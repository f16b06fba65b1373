// Where badges and names stand, so that none hides another.
(function () {
  'use strict';

  const CELL = 32;

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

  // Push points apart until they are `gap` pixels from each other and from the fixed ones, but
  // none further than `reach` from its true place. Returns new points in the same order.
  function spread(points, fixed, gap, reach) {
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
          const push = (gap - distance) / (j < moved.length ? 2 : 1) / distance;
          p.x += dx * push;
          p.y += dy * push;
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

  // Whether a box lies in another from edge to edge.
  function holds(whole, box) {
    return box.x >= whole.x && box.y >= whole.y
      && box.x + box.w <= whole.x + whole.w && box.y + box.h <= whole.y + whole.h;
  }

  function overlap(a, b) {
    const width = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
    const height = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
    return width > 0 && height > 0 ? width * height : 0;
  }

  // Shifts about a spot in a label's widths and heights, the nearest first.
  function spots() {
    const found = [];
    for (let x = -6; x <= 6; x += 1) {
      for (let y = -8; y <= 8; y += 1) found.push([x * 0.2, y * 0.4]);
    }
    const far = (shift) => Math.hypot(shift[0] * 2.5, shift[1]);
    return found.sort((a, b) => far(a) - far(b) || a[0] - b[0] || a[1] - b[1]);
  }

  // For each label {x, y, w, h, inside} (centre and size) the spot near it that covers least of
  // the obstacles and where `inside(box)` holds, if given; null where it would cover another label
  // or, unless `must`, more than a scrap of anything else.
  function place(labels, obstacles, must) {
    const taken = [];
    const shifts = spots();
    return labels.map((label) => {
      const all = reach(label);
      const size = label.w * label.h;
      const about = obstacles.filter((o) => overlap(o, all) > 0);
      const most = must ? Infinity : size * 0.06;
      let best = null;
      shifts.forEach((shift, rank) => {
        const box = boxAt(label, shift);
        if (label.inside && !label.inside(box)) return;
        if (taken.some((other) => overlap(box, other) > 0)) return;
        const way = rank * size * 0.0015;
        const room = Math.min(most, best === null ? Infinity : best.cost - way);
        let covers = 0;
        if (room < 0 || about.some((o) => (covers += overlap(box, o)) > room)) return;
        if (best === null || covers + way < best.cost) best = { box: box, cost: covers + way };
      });
      if (best === null) return null;
      taken.push(best.box);
      return { x: best.box.x + label.w / 2, y: best.box.y + label.h / 2 };
    });
  }

  function boxAt(label, shift) {
    return {
      x: label.x + shift[0] * label.w - label.w / 2,
      y: label.y + shift[1] * label.h - label.h / 2,
      w: label.w,
      h: label.h,
    };
  }

  // The box around all spots of a label.
  function reach(label) {
    const low = boxAt(label, [-1.2, -3.2]);
    return { x: low.x, y: low.y, w: label.w * 3.4, h: label.h * 7.4 };
  }

  Object.assign(window.bookcar, { spread: spread, place: place, holds: holds });
}());
