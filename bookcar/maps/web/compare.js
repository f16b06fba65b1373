// Before and after: stops that gain, lose and keep service, and what that means for townships.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const data = bookcar.data;
  const map = bookcar.map;
  const say = bookcar.say;
  const el = bookcar.el;
  const number = bookcar.number;
  const GAINED = 0;
  const LOST = 1;
  const KEPT = 2;

  bookcar.frame();

  const marks = bookcar.dots('stops', data.stops.length);
  const groups = data.changes.map(() => L.layerGroup().addTo(map));
  let scale = 1;
  let layers = [];

  function counted(change) {
    return data.stops.filter((stop) => stop.change === change).length;
  }

  function look(change) {
    const kind = data.changes[change];
    const open = kind.shape === 'ring';
    return {
      shape: open ? 'disc' : kind.shape, radius: Math.max(3, (change <= LOST ? 7 : 4) * scale),
      color: open ? kind.colour : '#fff', fillColor: open ? '#fff' : kind.colour, fillOpacity: 1,
      weight: open ? 1.8 : 1.2,
    };
  }

  function stopCard(i) {
    const stop = data.stops[i];
    const gone = stop.gone ? el('p', { class: 'quiet' }, say('stop-gone')) : null;
    const reason = stop.change === LOST && stop.reason ? el('p', { class: 'reason' }, el('bdi', {}, stop.reason)) : null;
    return bookcar.card(bookcar.named(stop), [
      el('p', {}, say('change-' + stop.change)), reason, gone, bookcar.factList(bookcar.facts(stop))].filter(Boolean));
  }

  // What changes stands on top of what does not.
  function stops() {
    layers = data.stops.map((stop, i) => {
      const layer = new bookcar.Shape(stop.at, Object.assign({ renderer: marks, pane: 'stops' }, look(stop.change)));
      bookcar.popup(layer, () => stopCard(i));
      return layer;
    });
    data.changes.map((kind, c) => c).reverse().forEach((c) => layers.forEach((layer, i) => {
      if (data.stops[i].change === c) layer.addTo(groups[c]);
    }));
  }

  function rescale() {
    scale = bookcar.markScale(layers.length);
    layers.forEach((layer, i) => layer.setRadius(look(data.stops[i].change).radius));
  }

  // ---- the panel

  function legend() {
    return el('ul', { class: 'legend' }, data.changes.map((kind, c) => {
      const box = bookcar.checkbox('change-' + c, (on) => (on ? map.addLayer : map.removeLayer).call(map, groups[c]));
      const as = look(c);
      const sign = bookcar.picture(28, 22, bookcar.shapePath(as.shape, c <= LOST ? 7 : 5, {
        fill: as.fillColor, stroke: as.color, 'stroke-width': as.weight,
      }));
      const row = bookcar.legendRow(sign, say('change-' + c), box);
      row.appendChild(el('span', { class: 'count', 'data-change': c }, number(counted(c))));
      return row;
    }));
  }

  function signed(value) {
    if (value === 0) return '0';
    return (value > 0 ? '+' : '−') + number(Math.abs(value));
  }

  function figures() {
    const box = el('div', { class: 'figures' });
    bookcar.figures(box, [
      { value: signed(counted(GAINED)), label: say('change-0') },
      { value: signed(-counted(LOST)), label: say('change-1'), bad: counted(LOST) > 0 },
      { value: number(counted(KEPT)), label: say('change-2') },
    ]);
    const table = bookcar.table(say('changed-figures'), ['', 'before', 'after', 'column-change'].map((c) => (c ? say(c) : '')), data.figures);
    return [box, el('p', { class: 'quiet no-print' }, say('net', { n: signed(counted(GAINED) - counted(LOST)) })), table];
  }

  function openStop(i) {
    bookcar.show('map');
    const group = groups[data.stops[i].change];
    if (!map.hasLayer(group)) map.addLayer(group);
    map.setView(data.stops[i].at, Math.max(map.getZoom(), 13), { animate: false });
    layers[i].openPopup();
  }

  function line(i) {
    const stop = data.stops[i];
    const people = stop.people ? say('count-people', { people: number(stop.people) }) : '';
    const why = stop.change === LOST ? (stop.gone ? say('stop-gone') : stop.reason) : '';
    return [stop.area, people, why].filter(Boolean).join(' · ');
  }

  function list(key) {
    const found = data[key];
    bookcar.panel.appendChild(el('section', { class: 'list', id: key }, [
      el('h2', {}, say(key + '-list', { n: number(found.length) })),
      found.length ? bookcar.stopList(found, line, openStop) : el('p', {}, say('none')),
    ]));
  }

  function plans() {
    const name = (week, plan) => week + ' (' + say('plan-id', { plan: plan }) + ')';
    return el('p', { class: 'quiet' }, [name(data.before.week, data.before.plan), ' → ', name(data.week, data.plan)]);
  }

  function stopTable() {
    return bookcar.table(say('stops-table'), ['stop', 'kind', 'area', 'people', 'column-change', 'reason'].map((c) => say(c)),
      data.stops.map((stop, i) => [
        el('button', { type: 'button', class: 'link', 'data-stop': i, click: () => openStop(i) }, bookcar.named(stop)),
        say('kind-' + stop.kind), stop.area, bookcar.people(stop), say('change-' + stop.change),
        stop.gone ? say('stop-gone') : stop.reason || '']));
  }

  function sections() {
    bookcar.heading();
    bookcar.section(say('before-after'), [plans(), el('p', { class: 'quiet' }, say(data.same_week ? 'service-route' : 'service-target'))]);
    bookcar.section(say('figures'), figures(), { class: 'changes' });
    bookcar.section(say('stops-by-change'), legend());
    bookcar.townships.section();
    list('lost');
    list('gained');
    bookcar.onTables(() => [bookcar.townships.everything(data.shading, say('areas-list')), stopTable()]);
    bookcar.mount();
  }

  const roadsByZoom = bookcar.backdrop();
  bookcar.townships.draw();
  stops();
  sections();
  map.invalidateSize({ pan: false });
  map.fitBounds(bookcar.bounds, { padding: [24, 24], animate: false });
  map.on('zoomend', rescale);
  rescale();
  roadsByZoom();
  bookcar.townships.show(data.shading, { obstacles: () => bookcar.stopBoxes(layers), changed: () => {} });
  document.documentElement.setAttribute('data-bookcar-ready', String(Math.round(performance.now())));
}());
