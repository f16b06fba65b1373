// Weeks on: what coverage is if nothing more is driven. The same steps as in bookcar/maps/service_level.py
// coverage.py and shading.py, for all that follows from the weeks stops have waited.
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

  // So much of a township's `total`: its class, its figures, and its rank, the worst first.
  function cell(members, n, total, key) {
    if (!total) return { shade: null, value: '', count: '', rank: 0 };
    const count = say('count-' + key, { n: bookcar.number(n), total: bookcar.number(total) });
    if (members.length < data.fewest) return { shade: null, value: '', count: count, rank: 0 };
    const shade = data.breaks.filter((limit) => 100 * n >= limit * total).length;
    return { shade: shade, value: say('percent', { n: Math.floor(100 * n / total) }), count: count, rank: n / total };
  }

  // What a stop counts for in the share within a walk: its people, or 1.
  function weightOf(i) {
    return data.scales.some((one) => one.key === 'walk') ? data.stops[i].people || 0 : 1;
  }

  function withinCell(members, within) {
    return cell(members, members.filter((i) => within[i]).length, members.length, 'window');
  }

  function walkCell(key, members, reached) {
    const of = (some) => bookcar.sum(some, weightOf);
    return cell(members, of(members.filter((i) => reached[i])), of(members), key);
  }

  // Need stays, service moves.
  function needCell(was, members, within) {
    if (was.shade === null && !members.length) return Object.assign({ rank: 0 }, was);
    const kept = members.filter((i) => within[i]).length;
    const count = say('count-window', { n: kept, total: members.length });
    if (was.shade === null) return { shade: null, value: '', count: count, rank: 0 };
    const need = Math.floor(was.shade / 3);
    const service = data.service_breaks.filter((limit) => 100 * kept >= limit * members.length).length;
    return { shade: 3 * need + service, value: was.value, count: count, rank: service - need - need / 10 + kept / (100 * members.length) };
  }

  function ordered(cells) {
    const people = data.members.map((members, a) => data.areas[a].people || bookcar.sum(members, (i) => data.stops[i].people || 0));
    const nameless = (a) => (data.areas[a].name ? 0 : 1);
    const unjudged = (a) => (cells[a].shade === null ? 1 : 0);
    const order = cells.map((one, a) => a).sort((a, b) => nameless(a) - nameless(b) || unjudged(a) - unjudged(b)
      || cells[a].rank - cells[b].rank || people[b] - people[a] || ((data.areas[a].name || '') < (data.areas[b].name || '') ? -1 : 1));
    return { cells: cells, order: order };
  }

  // What rests on past visits and books stays as it is.
  function shadingOf(was, within, reached) {
    const made = { window: (members) => withinCell(members, within) };
    ['walk', 'walk-stops'].forEach((key) => { made[key] = (members) => walkCell(key, members, reached); });
    made.need = (members, a) => needCell(was.need.cells[a], members, within);
    const moved = Object.keys(was).filter((key) => made[key]);
    return Object.assign({}, was, Object.fromEntries(moved.map((key) => [key, ordered(data.members.map(made[key]))])));
  }

  function gapsOf(within, reached) {
    const ids = data.stops.map((stop, i) => i).filter((i) => !within[i] && !(reached && reached[i]));
    return ids.sort((a, b) => (data.stops[b].people || 0) - (data.stops[a].people || 0) || data.by_id[a] - data.by_id[b]);
  }

  // A mode of the page so many weeks on.
  function ahead(mode, more) {
    if (more === 0) return mode;
    const weeks = mode.weeks.map((w) => (w === null ? null : w + more));
    const classes = weeks.map((w, i) => classOf(w, targetOf(i)));
    const within = classes.map((c) => c <= ON_TARGET);
    const reached = data.near && mode.reachable !== undefined ? within.map((ok, i) => ok || data.near[i].some((j) => within[j])) : null;
    const people = data.stops.reduce((total, stop, i) => total + (within[i] ? stop.people || 0 : 0), 0);
    const known = weeks.filter((w) => w !== null);
    const walk = reached ? { reached: bookcar.sum(data.stops.map((stop, i) => (reached[i] ? weightOf(i) : 0)), (weight) => weight), walked: [] } : {};
    return Object.assign({}, mode, {
      weeks: weeks, classes: classes, people: people,
      counts: data.classes.map((kind, c) => classes.filter((one) => one === c).length),
      within: within.filter(Boolean).length,
      longest: known.length ? known.reduce((a, b) => Math.max(a, b)) : null,
      shading: shadingOf(mode.shading, within, reached),
      gaps: gapsOf(within, reached),
    }, walk);
  }

  // How many stops are late one week further on: those never visited are told apart.
  function lateNext(mode, more) {
    const counts = ahead(mode, more + 1).counts;
    return counts[2] + counts[3];
  }

  Object.assign(bookcar, { ahead: ahead, lateNext: lateNext });
}());
