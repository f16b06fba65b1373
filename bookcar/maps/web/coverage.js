// The coverage map: stops by how long they have waited, townships by the share within target.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const data = bookcar.data;
  const map = bookcar.map;
  const say = bookcar.say;
  const el = bookcar.el;
  const svg = bookcar.svg;
  const number = bookcar.number;

  bookcar.frame();

  const HATCH = 'url(#hatch)';
  const marks = L.svg({ pane: 'stops', padding: 0.3 });
  const outlines = L.svg({ pane: 'areas', padding: 0.5 });
  const groups = data.classes.map(() => L.layerGroup().addTo(map));
  const anyPeople = data.stops.some((stop) => stop.people);
  const shownClasses = data.classes.map(() => true);
  const room = map.getSize();
  const scale = Math.min(room.x, room.y) < 500 ? 0.75 : 1;  // a phone
  let mode = 'recorded';
  let areas = [];
  let layers = [];

  function current() {
    return data.modes[mode];
  }

  // ---- stops

  // Area grows with people, from a smallest mark that can still be told apart.
  function radius(people) {
    if (!anyPeople) return 5 * scale;
    return (people ? Math.min(10, 3 + Math.sqrt(people) / 11) : 4) * scale;
  }

  function style(index) {
    const kind = data.classes[current().classes[index]];
    const open = kind.shape === 'crossed';  // needs room for its cross
    const size = radius(data.stops[index].people);
    return {
      shape: kind.shape,
      radius: open ? Math.max(5, size) : size,
      color: open ? kind.colour : '#fff',
      fillColor: open ? '#fff' : kind.colour,
      fillOpacity: 1,
      weight: open ? 1.8 : 1.2,
    };
  }

  function stopCard(index) {
    const stop = data.stops[index];
    const rows = [
      [say('last-visit'), bookcar.waited(data.modes.recorded.weeks[index])],
      [say('column-planned'), bookcar.waited(data.modes.planned.weeks[index])],
    ];
    const rest = bookcar.facts(stop).filter((row) => row[0] !== say('last-visit'));
    return bookcar.card(bookcar.named(stop), [
      el('p', { class: 'quiet' }, className(current().classes[index])), bookcar.factList(rows.concat(rest))]);
  }

  function stops() {
    layers = data.stops.map((stop, i) => {
      const layer = new bookcar.Shape(stop.at, Object.assign({
        renderer: marks, pane: 'stops',
      }, style(i)));
      bookcar.popup(layer, () => stopCard(i));
      return layer;
    });
  }

  // The worst on top, small marks above large ones of the same class.
  function paintStops() {
    const classes = current().classes;
    groups.forEach((group) => group.clearLayers());
    const order = data.stops.map((stop, i) => i).sort((a, b) => (
      classes[a] - classes[b] || (data.stops[b].people || 0) - (data.stops[a].people || 0) || a - b));
    order.forEach((i) => {
      L.setOptions(layers[i], style(i));
      layers[i].setRadius(layers[i].options.radius);
      layers[i].addTo(groups[classes[i]]);
    });
    groups.forEach((group, c) => {
      if (shownClasses[c]) map.addLayer(group);
      else map.removeLayer(group);
    });
  }

  // ---- townships

  function hatch() {
    document.body.appendChild(svg('svg', { width: 0, height: 0, class: 'defs', 'aria-hidden': true },
      svg('defs', {}, svg('pattern', { id: 'hatch', width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' }, [
        svg('rect', { width: 7, height: 7, fill: '#fbfaf7' }), svg('path', { d: 'M0 0V7', stroke: '#8d8677', 'stroke-width': 1.6 })]))));
  }

  function drawAreas() {
    areas = data.areas.map((area) => {
      if (!area.rings) return null;
      const shape = L.polygon(area.rings.map((polygon) => polygon.map(bookcar.decode)), {
        renderer: outlines, pane: 'areas', interactive: false, color: '#776c55', weight: 1.2,
        fillOpacity: 0.9, smoothFactor: 0.6,
      }).addTo(map);
      bookcar.bounds.extend(shape.getBounds());
      return Object.assign(bookcar.nameOnMap(area.name, area.label), {
        shape: shape, inside: (at) => within(shape, at),
      });
    });
  }

  function share(row) {
    return row.n < data.fewest ? '' : say('percent', { n: Math.floor(100 * row.within / row.n) });
  }

  function paintAreas() {
    areas.forEach((area, i) => {
      if (!area) return;
      const row = current().rows[i];
      area.shape.setStyle({ fillColor: row.shade === null ? HATCH : data.shades[row.shade] });
      area.figure.textContent = share(row) || say('n-of', { n: row.within, total: row.n });
    });
    placeNames();
  }

  // Whether a point lies in an outer ring: an odd number of its sides lie to the east.
  function within(shape, at) {
    return shape.getLatLngs().some((polygon) => polygon[0].filter((a, i) => {
      const b = polygon[0][(i + 1) % polygon[0].length];
      return (a.lat > at.lat) !== (b.lat > at.lat)
        && at.lng < a.lng + (at.lat - a.lat) * (b.lng - a.lng) / (b.lat - a.lat);
    }).length % 2 === 1);
  }

  function placeNames() {
    const at = layers.map((layer) => map.latLngToLayerPoint(layer.getLatLng()));
    const obstacles = [].concat.apply([], layers.map((layer, i) => bookcar.boxes([at[i]], 2 * layer.getRadius())));
    bookcar.placeNames(areas.filter(Boolean), obstacles, true);
  }

  // ---- the panel

  const figureBox = el('div', { class: 'figures', 'aria-live': 'polite' });
  const stopLegend = el('ul', { class: 'legend' });
  const areaLegend = el('ul', { class: 'legend' });
  const areaBox = el('div', {});
  const gapBox = el('section', { class: 'list', id: 'gaps' });
  const modeNote = el('p', { class: 'quiet' });
  const modes = bookcar.toggleGroup(say('mode'), ['recorded', 'planned'].map((value) => ({
    value: value, content: say('mode-' + value),
  })), choose);

  // With one target for all stops the classes are weeks; else they are parts of each one's target.
  function className(c) {
    const target = data.target;
    if (c === 4 || target === null) return say('class-' + c);
    const edges = [[0, Math.floor(target / 2)], [Math.floor(target / 2) + 1, target], [target + 1, 2 * target], [2 * target + 1, null]][c];
    let weeks;
    if (edges[1] === null) weeks = say('weeks-from', { from: edges[0] });
    else if (edges[1] === 0) weeks = say('this-week');
    else if (c === 0) weeks = say('weeks-up-to', { to: edges[1] });
    else if (edges[0] === edges[1]) weeks = edges[1] === 1 ? say('week-ago') : say('weeks-only', { to: edges[1] });
    else weeks = say('weeks-from-to', { from: edges[0], to: edges[1] });
    return say('class-name-' + c, { weeks: weeks });
  }

  function figures() {
    const now = current();
    const total = data.stops.length;
    const people = bookcar.sum(data.stops, (stop) => stop.people || 0);
    const judged = now.rows.filter((row, i) => row.shade !== null && data.areas[i].name);
    const good = judged.filter((row) => row.shade === data.breaks.length).length;
    const rows = [
      { value: number(now.within), more: say('of-total', { total: number(total) }), label: say('figure-within') },
      { value: total ? say('percent', { n: Math.floor(100 * now.within / total) }) : say('none'), label: say('figure-share') },
      { value: number(good), more: say('of-total', { total: judged.length }), label: say('figure-areas'), bad: good < judged.length / 2 },
      { value: number(now.counts[4]), label: say('figure-never'), bad: now.counts[4] > 0 },
      { value: now.longest === null ? say('none') : number(now.longest), label: say('figure-longest') },
    ];
    if (people) rows.push({ value: say('percent', { n: Math.floor(100 * now.people / people) }), label: say('figure-people') });
    bookcar.figures(figureBox, rows);
  }

  function mark(kind, size) {
    const open = kind.shape === 'crossed';
    return bookcar.picture(28, 22, bookcar.shapePath(kind.shape, size, {
      fill: open ? '#fff' : kind.colour, stroke: open ? kind.colour : '#fff', 'stroke-width': open ? 1.8 : 1,
    }));
  }

  function legends() {
    data.classes.forEach((kind, c) => {
      const box = bookcar.checkbox((on) => {
        shownClasses[c] = on;
        paintStops();
      });
      const row = bookcar.legendRow(mark(kind, 7), className(c), box);
      row.appendChild(el('span', { class: 'count', 'data-class': c }));
      stopLegend.appendChild(row);
    });
    if (anyPeople) {
      const sizes = [100, 1000, 4000].map((people) => el('span', {}, [mark({ shape: 'disc', colour: '#4d5b69' }, radius(people)), number(people)]));
      stopLegend.appendChild(el('li', { class: 'sizes' }, [el('span', {}, say('size-people'))].concat(sizes)));
    }
    if (!data.outlines) return;
    data.shades.forEach((shade, i) => areaLegend.appendChild(areaRow(shade, shadeName(i), i)));
    areaLegend.appendChild(areaRow(HATCH, say('shade-few', { n: data.fewest }), 'few'));
  }

  function areaRow(fillColour, text, key) {
    const swatch = bookcar.picture(30, 16, svg('rect', { x: -14, y: -7, width: 28, height: 14, fill: fillColour, stroke: '#776c55' }));
    const row = bookcar.legendRow(swatch, text);
    row.appendChild(el('span', { class: 'count', 'data-shade': key }));
    return row;
  }

  function shadeName(i) {
    const from = data.breaks[i - 1];
    const to = data.breaks[i];
    if (i === 0) return say('shade-under', { to: to });
    return to === undefined ? say('shade-from', { from: from }) : say('shade-from-to', { from: from, to: to - 1 });
  }

  function counts() {
    const now = current();
    stopLegend.querySelectorAll('[data-class]').forEach((span) => {
      span.textContent = number(now.counts[Number(span.getAttribute('data-class'))]);
    });
    areaLegend.querySelectorAll('[data-shade]').forEach((span) => {
      const key = span.getAttribute('data-shade');
      span.textContent = now.rows.filter((row, i) => data.areas[i].rings && String(row.shade === null ? 'few' : row.shade) === key).length;
    });
  }

  function areaTable() {
    const now = current();
    const rows = now.order.map((i) => {
      const area = data.areas[i];
      const row = now.rows[i];
      const name = area.name ? bookcar.named(area) : [say('area-nowhere')];
      const cell = areas[i] ? el('button', { type: 'button', class: 'link', 'data-area': i, click: () => toArea(i) }, name) : el('span', {}, name);
      return [cell, say('n-of', { n: row.within, total: row.n }), share(row)];
    });
    return bookcar.table(say('areas-list'), [say('area'), say('column-within'), say('column-share')], rows);
  }

  function toArea(i) {
    bookcar.show('map');
    map.fitBounds(areas[i].shape.getBounds(), { padding: [30, 30], animate: false });
  }

  function openStop(i) {
    bookcar.show('map');
    const c = current().classes[i];
    if (!map.hasLayer(groups[c])) map.addLayer(groups[c]);
    map.setView(data.stops[i].at, Math.max(map.getZoom(), 13), { animate: false });
    layers[i].openPopup();
  }

  function lists() {
    const gaps = current().gaps;
    areaBox.textContent = '';
    areaBox.appendChild(areaTable());
    gapBox.textContent = '';
    gapBox.appendChild(el('h2', {}, say('gaps-list', { n: gaps.length })));
    gapBox.appendChild(gaps.length ? bookcar.stopList(gaps, (i) => say('gap-line', {
      people: number(data.stops[i].people || 0), wait: bookcar.waited(current().weeks[i]),
    }), openStop) : el('p', {}, say('gaps-none')));
  }

  function sections() {
    bookcar.heading();
    bookcar.section(say('mode'), [modes, modeNote], { class: 'mode' });
    bookcar.section(say('figures'), figureBox);
    bookcar.section(say('stops-by-wait'), stopLegend);
    if (data.outlines) bookcar.section(say('areas-shading'), [areaLegend, el('p', { class: 'quiet' }, say('areas-fixed'))]);
    const byName = data.outlines ? [] : [el('p', { class: 'quiet' }, say('areas-by-name'))];
    bookcar.section(say('areas-list'), byName.concat([areaBox]), { class: 'list areas' });
    bookcar.panel.appendChild(gapBox);
    bookcar.onTables(() => [bookcar.table(say('stops-table'),
      ['stop', 'kind', 'area', 'people', 'column-recorded', 'column-planned', 'target'].map((c) => say(c)),
      data.stops.map((stop, i) => [
        el('button', { type: 'button', class: 'link', 'data-stop': i, click: () => openStop(i) }, bookcar.named(stop)),
        say('kind-' + stop.kind), stop.area, number(stop.people || 0), bookcar.waited(data.modes.recorded.weeks[i]),
        bookcar.waited(data.modes.planned.weeks[i]), bookcar.every(stop.every)]))]);
    bookcar.mount();
  }

  function choose(value) {
    mode = value;
    map.closePopup();
    modes.press(mode);
    modeNote.textContent = say('mode-' + mode + '-note');
    figures();
    counts();
    lists();
    paintStops();
    paintAreas();
  }

  hatch();
  const roadsByZoom = bookcar.roads();
  drawAreas();
  stops();
  legends();
  sections();
  map.invalidateSize({ pan: false });
  map.fitBounds(bookcar.bounds, { padding: [24, 24], animate: false });
  roadsByZoom();
  choose(window.location.hash === '#planned' ? 'planned' : 'recorded');
  map.on('zoomend resize', placeNames);
  document.documentElement.setAttribute('data-bookcar-ready', String(Math.round(performance.now())));
}());
