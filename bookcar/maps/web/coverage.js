// The coverage map: stops by how long they have waited, townships by what they get, before and after.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const data = bookcar.data;
  const map = bookcar.map;
  const say = bookcar.say;
  const el = bookcar.el;
  const number = bookcar.number;

  bookcar.frame();

  const marks = bookcar.dots('stops', data.stops.length);
  const groups = data.classes.map(() => L.layerGroup().addTo(map));
  const anyPeople = data.stops.some((stop) => stop.people);
  const shownClasses = data.classes.map(() => true);
  let scale = 1;
  let mode = 'recorded';
  const walks = {};
  let measure = '';
  let layers = [];

  const MOST = 12;  // weeks on
  let more = 0;
  let shown = null;

  function current() {
    if (!shown || shown.mode !== mode || shown.more !== more) shown = { mode: mode, more: more, made: bookcar.ahead(data.modes[mode], more) };
    return shown.made;
  }

  // ---- stops

  // Area grows with people, from a smallest mark that can still be told apart.
  function radius(people) {
    if (!anyPeople) return 5 * scale;
    return Math.max(3, (people ? Math.min(10, 3 + Math.sqrt(people) / 11) : 4) * scale);
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
    ];
    if (data.modes.planned) rows.push([say('column-planned'), bookcar.waited(data.modes.planned.weeks[index])]);
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

  function rescale() {
    const before = scale;
    scale = bookcar.markScale(layers.length);
    if (scale === before) return;
    layers.forEach((layer, i) => layer.setRadius(style(i).radius));
    sizes();
  }

  // ---- roads within a walk, drawn once asked for

  function walked(of) {
    if (!walks[of]) {
      const lines = of === 'recorded' ? [] : data.modes.recorded.walked || [];  // a plan only adds
      walks[of] = L.polyline(lines.concat(data.modes[of].walked || []).map(bookcar.decode), {
        renderer: walkMarks, pane: 'walks', interactive: false, color: '#7b1fa2', weight: 5, opacity: 0.85, smoothFactor: 1.2,
      });
    }
    return walks[of];
  }

  function paintWalks() {
    const wanted = measure.indexOf('walk') === 0 && !more;  // the roads are those of the week shown
    Object.keys(data.modes).forEach((of) => {
      if (wanted && of === mode) map.addLayer(walked(of));
      else if (walks[of]) map.removeLayer(walks[of]);
    });
    walkLegend.hidden = !wanted;
    bookcar.townships.fade(wanted);
  }

  // ---- the panel

  const figureBox = el('div', { class: 'figures', 'aria-live': 'polite' });
  const stopLegend = el('ul', { class: 'legend' });
  const walkMarks = L.svg({ pane: 'walks', padding: 0.3 });
  const walkLegend = el('li', {}, [
    el('span', { class: 'symbol' }, bookcar.stroke('#7b1fa2', [], 5)), el('span', {}, say('walk-symbol'))]);
  const sizeLegend = el('li', { class: 'sizes' });
  const gapBox = el('section', { class: 'list', id: 'gaps' });
  const modeNote = el('p', { class: 'quiet' });
  const aheadWord = el('b', {});
  const slider = el('input', { type: 'range', min: 0, max: MOST, value: 0, step: 1, id: 'ahead', 'aria-label': say('ahead'), input: () => goOn(Number(slider.value)) });
  const aheadBox = el('div', { class: 'player no-print' }, [el('p', {}, [say('ahead'), ': ', aheadWord]), slider, el('p', { class: 'quiet' }, say('ahead-note'))]);
  const modes = bookcar.toggleGroup(say('mode'), Object.keys(data.modes).map((value) => ({
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
    else if (edges[0] === edges[1]) weeks = say('weeks-only', { to: edges[1] });
    else weeks = say('weeks-from-to', { from: edges[0], to: edges[1] });
    return say('class-name-' + c, { weeks: weeks });
  }

  function figures() {
    const now = current();
    const total = data.stops.length;
    const people = bookcar.sum(data.stops, (stop) => stop.people || 0);
    const judged = now.shading.window.cells.filter((cell, i) => cell.shade !== null && data.areas[i].name);
    const good = judged.filter((cell) => cell.shade >= data.good).length;
    const late = bookcar.lateNext(data.modes[mode], more);
    const share = total ? ' · ' + say('percent', { n: Math.floor(100 * now.within / total) }) : '';
    const rows = [
      { value: number(now.within), more: say('of-total', { total: number(total) }) + share, label: say('figure-within') },
      { value: number(late), label: say('figure-late-next'), bad: late > 0 },
      { value: number(good), more: say('of-total', { total: judged.length }), label: say('figure-areas'), bad: good < judged.length / 2 },
      { value: number(now.counts[4]), label: say('figure-never'), bad: now.counts[4] > 0 },
      { value: now.longest === null ? say('none') : number(now.longest), label: say('figure-longest') },
    ];
    if (now.reachable) {
      const whom = data.scales.some((s) => s.key === 'walk') ? '' : '-stops';
      rows.push({ value: say('percent', { n: Math.floor(100 * now.reached / now.reachable) }), label: say('figure-reached' + whom) });
    } else if (people) rows.push({ value: say('percent', { n: Math.floor(100 * now.people / people) }), label: say('figure-people') });
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
      const box = bookcar.checkbox('class-' + c, (on) => {
        shownClasses[c] = on;
        paintStops();
        address();
      });
      const row = bookcar.legendRow(mark(kind, 7), className(c), box);
      row.appendChild(el('span', { class: 'count', 'data-class': c }));
      stopLegend.appendChild(row);
    });
    if (anyPeople) stopLegend.appendChild(sizeLegend);
    stopLegend.appendChild(walkLegend);
  }

  function sizes() {
    sizeLegend.textContent = '';
    sizeLegend.appendChild(el('span', {}, say('size-people')));
    [100, 1000, 4000].forEach((people) => sizeLegend.appendChild(
      el('span', {}, [mark({ shape: 'disc', colour: '#4d5b69' }, radius(people)), number(people)])));
  }

  function counts() {
    const now = current();
    stopLegend.querySelectorAll('[data-class]').forEach((span) => {
      span.textContent = number(now.counts[Number(span.getAttribute('data-class'))]);
    });
  }

  function openStop(i) {
    bookcar.show('map');
    const c = current().classes[i];
    if (!map.hasLayer(groups[c])) map.addLayer(groups[c]);
    map.setView(data.stops[i].at, Math.max(map.getZoom(), 13), { animate: false });
    layers[i].openPopup();
  }

  function gapLine(i) {
    const wait = bookcar.waited(current().weeks[i]);
    const people = bookcar.people(data.stops[i]);
    return people ? say('gap-line', { people: people, wait: wait }) : wait;
  }

  function lists() {
    const gaps = current().gaps;
    gapBox.textContent = '';
    gapBox.appendChild(el('h2', {}, say(current().reachable ? 'gaps-walk-list' : 'gaps-list', { n: gaps.length })));
    gapBox.appendChild(gaps.length ? bookcar.stopList(gaps, gapLine, openStop) : el('p', {}, say('gaps-none')));
  }

  function stopTable() {
    const shown = Object.keys(data.modes);
    const columns = ['stop', 'kind', 'area', 'people'].concat(shown.map((of) => 'column-' + of), ['target']);
    return bookcar.table(say('stops-table'), columns.map((c) => say(c)), data.stops.map((stop, i) => [
      el('button', { type: 'button', class: 'link', 'data-stop': i, click: () => openStop(i) }, bookcar.named(stop)),
      say('kind-' + stop.kind), stop.area, bookcar.people(stop),
    ].concat(shown.map((of) => bookcar.waited(data.modes[of].weeks[i])), [stop.every])));
  }

  function areaTables() {
    return Object.keys(data.modes).map((of) => bookcar.townships.everything(
      data.modes[of].shading, say('areas-list') + ' – ' + say('mode-' + of)));
  }

  function sections() {
    bookcar.heading();
    bookcar.panel.appendChild(bookcar.search(openStop));
    if (data.modes.planned) bookcar.section(say('mode'), [modes, modeNote, aheadBox], { class: 'mode' });
    else bookcar.section(say('mode-recorded'), [modeNote, aheadBox], { class: 'mode' });
    bookcar.section(say('figures'), figureBox);
    bookcar.section(say('stops-by-wait'), stopLegend);
    bookcar.townships.section();
    bookcar.panel.appendChild(gapBox);
    bookcar.onTables(() => areaTables().concat([stopTable()]));
    bookcar.mount();
  }

  function modeText() {
    if (mode === 'recorded' && data.as_of) return say('mode-as-of-note', { date: data.as_of });
    return say('mode-' + mode + '-note');
  }

  function choose(value) {
    mode = value;
    map.closePopup();
    modes.press(mode);
    modeNote.textContent = modeText();
    aheadWord.textContent = more ? say('ahead-weeks', { weeks: more }) : say('this-week');
    slider.value = more;
    slider.setAttribute('aria-valuetext', aheadWord.textContent);
    figures();
    counts();
    lists();
    paintStops();
    bookcar.townships.show(current().shading, { obstacles: () => bookcar.stopBoxes(layers), changed: (key) => {
      measure = key;
      paintWalks();
      address();
    } });
  }

  function goOn(weeks) {
    more = weeks;
    choose(mode);
  }

  // ---- the address: `#planned`, or `#mode=planned&measure=walk&ahead=3&hide=0,1`

  function address() {
    const hidden = shownClasses.map((on, c) => (on ? null : c)).filter((c) => c !== null).join();
    const other = measure !== data.scales[0].key ? measure : null;
    const plain = !other && !more && !hidden;
    if (plain) bookcar.toAddress(mode === 'planned' ? 'planned' : {});
    else bookcar.toAddress({ mode: mode === 'planned' ? mode : null, measure: other, ahead: more || null, hide: hidden });
  }

  function takeAddress() {
    const wanted = bookcar.fromAddress();
    const hidden = (wanted.hide || '').split(',');
    more = Math.max(0, Math.min(MOST, Math.floor(Number(wanted.ahead) || 0)));
    shownClasses.forEach((on, c) => {
      shownClasses[c] = hidden.indexOf(String(c)) < 0;
      stopLegend.querySelectorAll('input')[c].checked = shownClasses[c];
    });
    const planned = wanted.whole === 'planned' || wanted.mode === 'planned';
    choose(planned && data.modes.planned ? 'planned' : 'recorded');
    if (data.scales.some((one) => one.key === wanted.measure)) bookcar.townships.choose(wanted.measure);
  }

  const roadsByZoom = bookcar.backdrop();
  bookcar.townships.draw();
  stops();
  legends();
  sections();
  map.invalidateSize({ pan: false });
  map.fitBounds(bookcar.bounds, { padding: [24, 24], animate: false });
  map.on('zoomend', rescale);
  sizes();
  rescale();
  roadsByZoom();
  takeAddress();
  window.addEventListener('hashchange', takeAddress);
  document.documentElement.setAttribute('data-bookcar-ready', String(Math.round(performance.now())));
}());
