// Weeks on: what coverage is if nothing more is driven. The same steps as in bookcar/maps/service_level.py
// and shading.py, for the classes of stops and the share of them within their target.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const data = bookcar.data;
  const say = bookcar.say;
  const ON_TARGET = 1;
  const NEVER = 4;

  function targetOf(i) {
    return data.targets ? data.targets[i] : data.target;
  }

  function classOf(weeks, target) {
    if (weeks === null) return NEVER;
    const halves = Math.ceil(2 * weeks / target);
    if (halves <= 1) return 0;
    if (halves === 2) return ON_TARGET;
    return halves <= 4 ? 2 : 3;
  }

  function cell(members, within) {
    const of = members.length;
    if (!of) return { shade: null, value: '', count: '', rank: 0 };
    const n = members.filter((i) => within[i]).length;
    const count = say('count-window', { n: bookcar.number(n), total: bookcar.number(of) });
    if (of < data.fewest) return { shade: null, value: '', count: count, rank: 0 };
    const shade = data.breaks.filter((limit) => 100 * n >= limit * of).length;
    return { shade: shade, value: say('percent', { n: Math.floor(100 * n / of) }), count: count, rank: n / of };
  }

  function shadingOf(within) {
    const cells = data.members.map((members) => cell(members, within));
    const people = data.members.map((members, a) => data.areas[a].people || bookcar.sum(members, (i) => data.stops[i].people || 0));
    const nameless = (a) => (data.areas[a].name ? 0 : 1);
    const unjudged = (a) => (cells[a].shade === null ? 1 : 0);
    const order = cells.map((one, a) => a).sort((a, b) => nameless(a) - nameless(b) || unjudged(a) - unjudged(b)
      || cells[a].rank - cells[b].rank || people[b] - people[a] || ((data.areas[a].name || '') < (data.areas[b].name || '') ? -1 : 1));
    return { cells: cells, order: order };
  }

  // A mode of the page so many weeks on; what rests on past visits stays as it is.
  function ahead(mode, more) {
    if (more === 0) return mode;
    const weeks = mode.weeks.map((w) => (w === null ? null : w + more));
    const classes = weeks.map((w, i) => classOf(w, targetOf(i)));
    const within = classes.map((c) => c <= ON_TARGET);
    const people = data.stops.reduce((total, stop, i) => total + (within[i] ? stop.people || 0 : 0), 0);
    const known = weeks.filter((w) => w !== null);
    return Object.assign({}, mode, {
      weeks: weeks, classes: classes, people: people,
      counts: data.classes.map((kind, c) => classes.filter((one) => one === c).length),
      within: within.filter(Boolean).length,
      longest: known.length ? known.reduce((a, b) => Math.max(a, b)) : null,
      shading: Object.assign({}, mode.shading, { window: shadingOf(within) }),
    });
  }

  Object.assign(bookcar, { ahead: ahead });
}());
