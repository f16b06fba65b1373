// Townships: outlines shaded by one measure at a time, its legend, the table of the worst.
// A page sets `data.areas` and `data.scales` and hands over its cells: what Python worked out for
// each measure ({shade, value, count} per township, and the order worst first).
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const data = bookcar.data;
  const map = bookcar.map;
  const say = bookcar.say;
  const el = bookcar.el;
  const svg = bookcar.svg;

  const HATCH = 'url(#hatch)';
  const outlines = L.svg({ pane: 'areas', padding: 0.5 });
  const heading = el('h2', {});
  const legend = el('div', {});
  const note = el('p', { class: 'quiet' });
  const listHeading = el('h2', {}, say('areas-list'));
  const list = el('div', {});
  let areas = [];
  let names = [];
  let scale = data.scales[0];
  let cells = null;
  let obstacles = () => [];
  let changed = () => {};

  function hatch() {
    document.body.appendChild(svg('svg', { width: 0, height: 0, class: 'defs', 'aria-hidden': true },
      svg('defs', {}, svg('pattern', { id: 'hatch', width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' }, [
        svg('rect', { width: 7, height: 7, fill: '#fbfaf7' }), svg('path', { d: 'M0 0V7', stroke: '#8d8677', 'stroke-width': 1.6 })]))));
  }

  function draw() {
    hatch();
    areas = data.areas.map((area) => {
      if (!area.rings) return null;
      const shape = L.polygon(area.rings.map((polygon) => polygon.map(bookcar.decode)), {
        renderer: outlines, pane: 'areas', interactive: false, color: '#776c55', weight: 1.2,
        fillOpacity: data.hills ? 0.78 : 0.9, smoothFactor: 0.6,
      }).addTo(map);
      bookcar.bounds.extend(shape.getBounds());
      return Object.assign(bookcar.nameOnMap(area, area.label), { shape: shape });
    });
    names = data.outlines ? bookcar.largestFirst(areas.filter(Boolean)) : bookcar.amidStops();
  }

  function colour(shade) {
    if (shade === null) return HATCH;
    return scale.grid ? scale.grid.colours[shade] : scale.legend[shade].colour;
  }

  function now() {
    return cells[scale.key];
  }

  function count(shade) {
    return now().cells.filter((cell, i) => data.areas[i].rings && cell.shade === shade).length;
  }

  // ---- the panel

  function selector() {
    const options = data.scales.map((s) => el('option', { value: s.key }, s.title));
    const select = el('select', { id: 'measure', class: 'no-print', 'aria-label': say('choose-measure') }, options);
    select.addEventListener('change', () => choose(select.value));
    return data.scales.length > 1 ? select : null;
  }

  function choose(key) {
    scale = data.scales.filter((s) => s.key === key)[0];
    const select = document.getElementById('measure');
    if (select) select.value = key;
    paint();
    changed(scale.key);
  }

  function paintLegend() {
    heading.textContent = say('areas-shading', { measure: scale.title });
    note.textContent = data.outlines ? scale.note + ' ' + say('areas-fixed') : scale.note;
    legend.textContent = '';
    if (!data.outlines) return;
    legend.appendChild(scale.grid ? grid() : el('ul', { class: 'legend' }, scale.legend.map((row, i) => legendRow(row.colour, row.label, i))));
    legend.appendChild(el('ul', { class: 'legend' }, legendRow(HATCH, say('shade-few', { n: data.fewest }), null)));
  }

  function legendRow(fill, text, shade) {
    const swatch = bookcar.picture(30, 16, svg('rect', { x: -14, y: -7, width: 28, height: 14, fill: fill, stroke: '#776c55' }));
    const row = bookcar.legendRow(swatch, text);
    row.appendChild(el('span', { class: 'count', 'data-shade': shade === null ? 'few' : shade }, count(shade)));
    return row;
  }

  // Two variables at once: need upwards, service to the right, in each field how many townships.
  function grid() {
    const columns = scale.grid.services;
    const head = el('tr', {}, [el('td', {}, say('need-service') + ' →')].concat(columns.map((name) => el('th', { scope: 'col' }, name))));
    const rows = scale.grid.needs.map((name, need) => el('tr', {}, [el('th', { scope: 'row' }, name)].concat(
      columns.map((column, service) => field(3 * need + service))))).reverse();
    return el('table', { class: 'grid' }, [el('thead', {}, head), el('tbody', {}, rows)]);
  }

  function field(shade) {
    const made = el('td', { 'data-shade': shade, class: shade >= 7 ? 'dark' : null }, count(shade));
    made.style.backgroundColor = scale.grid.colours[shade];
    return made;
  }

  function nameOf(i) {
    return data.areas[i].name ? bookcar.named(data.areas[i]) : [say('area-nowhere')];
  }

  function table() {
    const rows = now().order.map((i) => {
      const cell = now().cells[i];
      const name = areas[i] ? el('button', { type: 'button', class: 'link', 'data-area': i, click: () => goTo(i) }, nameOf(i)) : el('span', {}, nameOf(i));
      return [name, cell.count, cell.value];
    });
    return bookcar.table(say('areas-list'), [say('area')].concat(scale.columns), rows);
  }

  // Every measure of every township, for the table view.
  function everything(shown, caption) {
    const columns = data.scales.map((s) => s.title);
    const order = shown[data.scales[0].key].order;
    return bookcar.table(caption, [say('area'), say('people')].concat(columns), order.map((i) => [
      el('span', {}, nameOf(i)), bookcar.people(data.areas[i]),
    ].concat(data.scales.map((s) => {
      const cell = shown[s.key].cells[i];
      return cell.value ? cell.value + ' (' + cell.count + ')' : cell.count;
    }))));
  }

  function goTo(i) {
    bookcar.show('map');
    map.fitBounds(areas[i].shape.getBounds(), { padding: [30, 30], animate: false });
  }

  function paint() {
    areas.forEach((area, i) => {
      if (!area) return;
      const cell = now().cells[i];
      area.shape.setStyle({ fillColor: colour(cell.shade) });
      area.figure.textContent = cell.value || cell.count;
    });
    paintLegend();
    list.textContent = '';
    list.appendChild(table());
    placeNames();
  }

  function placeNames() {
    bookcar.placeNames(names, obstacles(), []);
  }

  function section() {
    bookcar.panel.appendChild(el('section', {}, [heading, selector(), legend, note]));
    const ground = bookcar.groundRows();
    if (ground.length) bookcar.section(say('ground'), el('ul', { class: 'legend two ground' }, ground));
    const byName = data.outlines ? null : el('p', { class: 'quiet' }, say('areas-by-name'));
    bookcar.panel.appendChild(el('section', { class: 'list areas' }, [listHeading, byName, list]));
  }

  // Show these cells; `options` has what names must not hide, and what hears of another measure.
  function show(given, options) {
    cells = given;
    if (options) {
      obstacles = options.obstacles;
      changed = options.changed;
    }
    paint();
    changed(scale.key);
  }

  // Pale, so that what is drawn on them can be seen.
  function fade(pale) {
    areas.forEach((area) => area && area.shape.setStyle({ fillOpacity: pale ? 0.45 : data.hills ? 0.78 : 0.9 }));
  }

  map.on('moveend resize', () => cells && placeNames());

  bookcar.townships = { choose: choose, fade: fade, draw: draw, section: section, show: show, everything: everything };
}());
