// The route map: routes by day and vehicle, their stops in order, and the stops left out.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const data = bookcar.data;
  const map = bookcar.map;
  const say = bookcar.say;
  const el = bookcar.el;
  const number = bookcar.number;
  const dayName = bookcar.dayName;
  const carName = bookcar.carName;
  const km = bookcar.km;

  bookcar.frame();

  const chosen = { day: null, vehicle: null, route: null };
  const colours = {};
  const served = {};
  const layersOfStop = data.stops.map(() => []);
  const marks = bookcar.dots('stops', data.stops.length);
  // Red marks stand above the routes' lines; a canvas there would keep the mouse from the lines.
  const alarm = bookcar.areFew(data.unserved.length) ? 'unserved' : 'stops';
  const alarms = alarm === 'unserved' ? L.svg({ pane: alarm, padding: 0.3 }) : marks;
  const arrows = L.layerGroup().addTo(map);
  const labels = L.layerGroup().addTo(map);
  const houses = [];
  let player = null;
  let routes = [];
  let cardOpen = false;
  let settled = true;
  let idle;
  let unserved;
  const longestTime = Math.max.apply(null, [].concat.apply([0], data.routes.map((route) => (
    route.visits.map((visit) => visit.arrive.length)))));
  let signs = [];  // where badges and red marks stand on the map
  let named = [];  // boxes of the routes' names on their lines

  data.days.forEach((day) => { colours[day.day] = day.colour; });
  data.routes.forEach((route) => route.visits.forEach((visit) => { served[visit.stop] = true; }));

  // ---- stops and depots

  function others() {
    const left = {};
    data.unserved.forEach((i) => { left[i] = true; });
    idle = L.layerGroup();
    unserved = L.layerGroup();
    data.stops.forEach((stop, i) => {
      if (served[i]) return;
      const style = left[i]
        ? { renderer: alarms, pane: alarm, shape: 'crossed', radius: 7, color: '#b3261e', weight: 2 }
        : { renderer: marks, pane: 'stops', shape: 'disc', radius: 3, color: '#565656', weight: 1.1 };
      const layer = new bookcar.Shape(stop.at, Object.assign({ fillColor: '#fff', fillOpacity: 1 }, style));
      bookcar.popup(layer, () => bookcar.otherCard(i));
      layersOfStop[i].push({ layer: layer, route: null });
      layer.addTo(left[i] ? unserved : idle);
    });
    idle.addTo(map);
    unserved.addTo(map);
  }

  // What routes do at a store during the day, for its card.
  function reloadFacts(depot) {
    return [].concat.apply([], shownRoutes().map((route) => (route.data.reloads || [])
      .filter((reload) => reload.depot === depot)
      .map((reload) => [bookcar.reloadName(reload), [
        el('b', {}, [el('bdi', {}, route.data.id), ' ' + dayName(route.data.day, route.data.date) + ' ' + reload.arrive + '–' + reload.depart]),
        reload.off.length ? [el('div', { class: 'quiet' }, say('put-off'))].concat(bookcar.batches(reload.off)) : null,
        reload.on.length ? [el('div', { class: 'quiet' }, say('take-on'))].concat(bookcar.batches(reload.on)) : null,
      ]])));
  }

  function depots() {
    data.depots.forEach((depot, i) => {
      const called = data.routes.some((route) => (route.reloads || []).some((reload) => reload.depot === i && !reload.from));
      const leader = bookcar.svg('line', { stroke: '#1d2733', 'stroke-width': 1.6 });
      const dot = bookcar.svg('circle', { r: 2.4, fill: '#1d2733', stroke: '#fff', 'stroke-width': 1 });
      const tether = bookcar.svg('svg', { class: 'tether', width: 1, height: 1, 'aria-hidden': true }, [leader, dot]);
      const sign = bookcar.depotSign(called);
      const marker = L.marker(depot.at, {
        pane: 'badges', zIndexOffset: -900,
        icon: L.divIcon({ className: 'badge depot', iconSize: [0, 0], html: el('div', {}, [tether, sign]) }),
      });
      marker.shift = bookcar.shifter(sign, leader, dot);
      houses.push(marker);
      bookcar.popup(marker, () => bookcar.card(bookcar.named(depot), bookcar.factList([[say('kind'), say('symbol-depot')]]
        .concat(depot.phone ? [[say('phone'), depot.phone]] : [], reloadFacts(i)))));
      marker.addTo(map).getElement().setAttribute('aria-label', say('symbol-depot') + ' ' + depot.name);
    });
  }

  // ---- what is shown

  function visible(route) {
    const r = route.data;
    if (chosen.route !== null) return r.id === chosen.route;
    return (chosen.day === null || r.day === chosen.day) && (chosen.vehicle === null || r.vehicle === chosen.vehicle);
  }

  function shownRoutes() {
    return routes.filter(visible);
  }

  function thick() {
    return chosen.route !== null || shownRoutes().length <= 2;
  }

  // Arrows every 90 pixels along the lines in view, while few enough routes are shown.
  function drawArrows() {
    arrows.clearLayers();
    if (!settled || !thick()) return;
    const view = map.getBounds().pad(0.1);
    shownRoutes().forEach((route) => {
      let walked = 45;
      for (let i = 1; i < route.points.length; i += 1) {
        const from = map.latLngToLayerPoint(route.points[i - 1]);
        const to = map.latLngToLayerPoint(route.points[i]);
        const length = from.distanceTo(to);
        walked += length;
        if (walked >= 90 && length > 0) {
          walked = 0;
          const spot = map.layerPointToLatLng(from.add(to).divideBy(2));
          if (view.contains(spot)) bookcar.arrow(spot, Math.atan2(to.y - from.y, to.x - from.x), colours[route.data.day]).addTo(arrows);
        }
      }
    });
  }

  // Where badges and marks would fill a fifth of the map, badges shrink and lose their numbers.
  function crowded(badges) {
    const view = map.getBounds();
    const size = map.getSize();
    const spots = badges.map((b) => b.getLatLng()).concat(data.unserved.map((i) => data.stops[i].at));
    return spots.filter((spot) => view.contains(spot)).length * 25 * 25 > size.x * size.y / 5;
  }

  // How far badges keep from each other and from their places. Alone, a route's have their times
  // beneath, which take more room by the clock of 12 hours.
  function ways(small) {
    if (small) return { gap: 11, reach: 12, farthest: 20 };
    const timed = longestTime > '00:00'.length ? 60 : 46;
    return { gap: chosen.route === null ? 27 : timed, reach: 34, farthest: 150 };
  }

  // Stops without a route that lie so near a depot that its sign would cover them.
  function besideDepots(at) {
    const near = (p) => data.depots.some((depot) => p.distanceTo(map.latLngToLayerPoint(depot.at)) < 60);
    return data.stops.filter((stop, i) => !served[i]).map((stop) => map.latLngToLayerPoint(stop.at)).filter(near).concat(at);
  }

  function spreadBadges() {
    if (!settled) return;
    const badges = [].concat.apply([], shownRoutes().map((route) => route.badges));
    const signed = houses.concat(badges);
    const points = signed.map((b) => map.latLngToLayerPoint(b.getLatLng()));
    const left = data.unserved.map((i) => map.latLngToLayerPoint(data.stops[i].at));
    const small = crowded(badges);
    map.getContainer().classList.toggle('crowded', small);
    const way = ways(small);
    const depotsAt = bookcar.spread(points.slice(0, houses.length), besideDepots([]), { gap: small ? 14 : 22, reach: 34, farthest: 90 });
    houses.forEach((house, i) => house.shift(depotsAt[i].x - points[i].x, depotsAt[i].y - points[i].y, small ? 0.6 : 1));
    const fixed = depotsAt.concat(left);
    const moved = bookcar.spread(points.slice(houses.length), fixed, way);
    unserved.eachLayer((layer) => layer.setRadius(small ? 4.5 : 7));
    badges.forEach((b, i) => b.shift(moved[i].x - points[i + houses.length].x, moved[i].y - points[i + houses.length].y, small ? 0.45 : 1));
    signs = moved.concat(fixed);
    nameLines();
    placeNames();
  }

  // How far a spot is from the nearest of some others, as far as ROOM; by cells, of many.
  const ROOM = 60;
  function clearing(spots) {
    const cells = new Map();
    const key = (x, y) => Math.floor(x / ROOM) * 1e5 + Math.floor(y / ROOM);
    const add = (q) => {
      const at = key(q.x, q.y);
      if (cells.has(at)) cells.get(at).push(q);
      else cells.set(at, [q]);
    };
    spots.forEach(add);
    const room = (p) => {
      let least = ROOM;
      for (let i = -1; i <= 1; i += 1) {
        for (let j = -1; j <= 1; j += 1) {
          (cells.get(key(p.x + i * ROOM, p.y + j * ROOM)) || []).forEach((q) => {
            least = Math.min(least, Math.hypot(p.x - q.x, (p.y - q.y) * 1.4));
          });
        }
      }
      return least;
    };
    return { add: add, room: room };
  }

  // Where on its line a route's name has most room, if it has any.
  function roomiest(route, free) {
    const view = map.getBounds();
    let best = null;
    let last = null;
    for (const at of route.points) {
      const p = map.latLngToLayerPoint(at);
      if (last && Math.abs(p.x - last.x) + Math.abs(p.y - last.y) < 20) continue;
      last = p;
      const room = view.contains(at) ? free.room(p) : 0;
      if (room >= 18 && (best === null || room > best.room)) best = { room: room, at: at, p: p };
      if (room >= ROOM) break;
    }
    return best;
  }

  // Each route's name on its line, where it is farthest from signs and other names.
  function nameLines() {
    labels.clearLayers();
    named = [];
    if (chosen.route !== null) return;
    const free = clearing(signs);
    shownRoutes().forEach((route) => {
      const best = roomiest(route, free);
      if (best === null) return;
      named.push({ x: best.p.x - 18, y: best.p.y - 10, w: 36, h: 20 });
      [-10, 10].forEach((x) => free.add({ x: best.p.x + x, y: best.p.y }));
      const word = el('span', {}, route.data.id);
      word.style.borderColor = colours[route.data.day];
      L.marker(best.at, { pane: 'arrows', interactive: false, keyboard: false, icon: L.divIcon({ className: 'line-name', iconSize: [0, 0], html: word }) }).addTo(labels);
    });
  }

  // What the signs cover, with the times beneath those of a route alone.
  function signBoxes() {
    const timed = chosen.route !== null;
    const wide = timed ? Math.max(26, 7 * longestTime) : 26;
    return signs.map((p) => ({ x: p.x - wide / 2, y: p.y - 13, w: wide, h: timed ? 40 : 26 }));
  }

  function placeNames() {
    if (settled) bookcar.placeNames(areas, signBoxes().concat(named), lineBoxes());
  }

  // ---- townships: their lines and names, or the names where their stops are

  const areas = data.outlines ? bookcar.largestFirst(outlined()) : bookcar.amidStops();

  function outlined() {
    const lines = L.svg({ pane: 'areas', padding: 0.5 });
    return data.areas.map((area) => {
      const shape = L.polygon(area.rings.map((polygon) => polygon.map(bookcar.decode)), {
        renderer: lines, pane: 'areas', interactive: false, fill: false, color: '#776c55', weight: 1.2,
        dashArray: '7 3 1.5 3', smoothFactor: 0.6,
      }).addTo(map);
      return Object.assign(bookcar.nameOnMap(area, area.label), { shape: shape });
    });
  }

  // The lines shown, as a box every 10 pixels.
  function lineBoxes() {
    const points = [];
    shownRoutes().forEach((route) => {
      let last = null;
      route.points.forEach((at) => {
        const p = map.latLngToLayerPoint(at);
        if (last && p.distanceTo(last) < 10) return;
        last = p;
        points.push(p);
      });
    });
    return bookcar.boxes(points, 8);
  }

  // ---- the panel

  const WHOLE = 60;  // wide enough for a whole pattern of any car: half of one looks like another's

  const figureBox = el('div', { class: 'figures', 'aria-live': 'polite' });
  const dayChips = bookcar.toggleGroup(say('day-filter'), [{ value: null, content: say('all') }].concat(data.days.map((day) => ({
    value: day.day, content: [bookcar.stroke(day.colour, [], 5), dayName(day.day, day.date)],
  }))), (value) => choose({ day: value, route: null }));
  const carChips = bookcar.toggleGroup(say('vehicle-filter'), [{ value: null, content: say('all') }].concat(data.vehicles.map((car, i) => ({
    value: i, content: [bookcar.stroke('#26323e', car.dash, 3, WHOLE), el('bdi', {}, carName(car))],
  }))), (value) => choose({ vehicle: value, route: null }));
  const allButton = el('button', { type: 'button', class: 'all-routes no-print', click: () => choose({ route: null }) }, say('all-routes'));
  const items = {};

  function figures() {
    const shown = shownRoutes().map((route) => route.data);
    const all = data.routes;
    const part = (figure) => ({ value: figure(shown), more: shown.length < all.length ? say('of-total', { total: figure(all) }) : '' });
    const stops = (list) => number(new Set(list.flatMap((r) => r.visits.map((v) => v.stop))).size);
    const books = (list) => number(bookcar.sum(list, (r) => r.books));
    const metres = (list) => km(bookcar.sum(list, (r) => r.metres));
    const hours = (list) => number(bookcar.sum(list, (r) => r.seconds) / 3600, 1);
    bookcar.figures(figureBox, [
      Object.assign(part((list) => number(list.length)), { label: say('figure-routes') }),
      Object.assign(part(stops), { label: say('figure-stops') }),
      { value: number(data.unserved.length), label: say('figure-unserved'), bad: data.unserved.length > 0 },
      Object.assign(part(metres), { label: say('figure-km') }),
      Object.assign(part(books), { label: say('figure-books') }),
      Object.assign(part(hours), { label: say('figure-hours') }),
    ]);
  }

  function legend() {
    const kinds = {};
    data.routes.forEach((r) => r.visits.forEach((v) => { kinds[data.stops[v.stop].kind] = true; }));
    const rows = Object.keys(kinds).sort().map((kind) => bookcar.legendRow(
      bookcar.badge(kind, 1, '#26323e'), say('kind-' + kind)));
    rows.push(bookcar.legendRow(bookcar.depotSign(), say('symbol-depot')));
    if (data.routes.some((route) => (route.reloads || []).some((reload) => !reload.from))) rows.push(bookcar.legendRow(bookcar.depotSign(true), say('symbol-reload')));
    if (data.routes.some((route) => route.visits.some((visit) => visit.handed))) rows.push(bookcar.legendRow(bookcar.picture(28, 28, bookcar.handedMark()), say('symbol-handed')));
    if (data.routes.some((route) => route.foot)) rows.push(bookcar.legendRow(bookcar.stroke('#26323e', [0.01, 2], 2.5), say('symbol-foot')));
    const mark = (shape, radius, style) => bookcar.picture(28, 20, bookcar.shapePath(shape, radius, Object.assign({ fill: '#fff' }, style)));
    if (data.routes.some((route) => route.foot)) rows.push(bookcar.legendRow(mark('down', 6, { stroke: '#1d2733', 'stroke-width': 2 }), say('symbol-meeting')));
    rows.push(bookcar.legendRow(mark('crossed', 7, { stroke: '#b3261e', 'stroke-width': 2 }), say('symbol-unserved'), layerBox('unserved', unserved)));
    rows.push(bookcar.legendRow(mark('disc', 3.4, { stroke: '#565656', 'stroke-width': 1.2 }), say('symbol-idle'), layerBox('idle', idle)));
    return [el('ul', { class: 'legend two' }, rows.concat(bookcar.groundRows())), el('p', { class: 'quiet' }, say('symbol-number'))];
  }

  function layerBox(name, layer) {
    return bookcar.checkbox(name, (on) => (on ? map.addLayer(layer) : map.removeLayer(layer)));
  }

  // The times stand on one line, wherever the line breaks.
  function routeLine(route) {
    const facts = say('route-line', { stops: route.visits.length, km: km(route.metres), books: number(route.books) });
    return [facts + ' · ', el('span', { class: 'times' }, say('route-times', { depart: route.depart, back: route.back }))];
  }

  function routeItem(route) {
    const car = data.vehicles[route.vehicle];
    const button = el('button', { type: 'button', 'data-route': route.id, 'aria-expanded': 'false', click: () => focus(chosen.route === route.id ? null : route.id) }, [
      bookcar.stroke(colours[route.day], car.dash, 3.5, WHOLE),
      el('span', {}, [el('b', {}, [el('bdi', {}, route.id), ' ' + dayName(route.day, route.date)]), ' · ', el('bdi', {}, carName(car)),
        car.driver ? el('span', { class: 'quiet' }, [' ', el('bdi', {}, car.driver)]) : null, el('small', {}, routeLine(route))]),
    ]);
    const detail = el('ol', { class: 'visits', hidden: '' }, bookcar.calls(route).map((call) => (call.reload
      ? el('li', { class: 'reload' }, [el('span', { class: 'time' }, call.reload.arrive), ' ' + bookcar.reloadName(call.reload) + ' · ', bookcar.named(bookcar.storeOf(call.reload))])
      : el('li', {}, el('button', {
        type: 'button', 'data-stop': call.visit.stop, click: () => openStop(call.visit.stop, route.id),
      }, [el('span', { class: 'time' }, call.visit.arrive), ' ', el('span', {}, bookcar.named(data.stops[call.visit.stop]))])))));
    const item = el('li', {}, [button, detail]);
    items[route.id] = { item: item, button: button, detail: detail };
    return item;
  }

  function sections() {
    bookcar.heading();
    bookcar.panel.appendChild(bookcar.search(find));
    if (data.routes.length) {
      player = bookcar.player({ routes: routes, colour: (route) => colours[route.data.day], shown: (route) => chosen.vehicle === null || route.data.vehicle === chosen.vehicle, day: playDay });
      bookcar.section(say('play-title'), player.box, { class: 'no-print' });
    }
    bookcar.section(say('figures'), figureBox);
    bookcar.section(say('day-filter'), dayChips, { class: 'filter' });
    bookcar.section(say('vehicle-filter'), carChips, { class: 'filter' });
    bookcar.section(say('legend'), legend());
    bookcar.section([say('routes-list'), el('span', { class: 'no-print' }, say('routes-hint'))], data.routes.length
      ? [allButton, el('ul', { class: 'routes' }, data.routes.map(routeItem))] : [el('p', {}, say('route-none'))], { class: 'list' });
    const left = data.unserved;
    bookcar.section(say('unserved-list', { n: left.length }), left.length
      ? [bookcar.stopList(left, (i) => data.stops[i].reason, (i) => openStop(i, null))] : [el('p', {}, say('unserved-none'))], { class: 'list', id: 'unserved' });
    bookcar.onTables(buildTables);
    bookcar.mount();
  }

  // ---- the table twin

  function jump(i, route) {
    return el('button', { type: 'button', class: 'link', 'data-stop': i, click: () => { bookcar.show('map'); openStop(i, route); } }, bookcar.named(data.stops[i]));
  }

  function buildTables() {
    const columns = ['stop', 'order', 'kind', 'area', 'arrive', 'depart', 'drops', 'collects', 'contact', 'phone'].map((c) => say(c));
    const made = data.routes.map((route) => bookcar.table(
      [el('bdi', {}, route.id), ' · ' + dayName(route.day, route.date) + ' · ', el('bdi', {}, carName(data.vehicles[route.vehicle])), ' · ', routeLine(route)],
      columns, bookcar.calls(route).map((call) => {
        if (call.reload) return reloadRow(call.reload);
        const visit = call.visit;
        const i = call.index;
        const stop = data.stops[visit.stop];
        return [jump(visit.stop, route.id), i + 1, say('kind-' + stop.kind), stop.area, visit.arrive, visit.depart,
          bookcar.batches(visit.drops || [], visit.handed), bookcar.batches(visit.collects || [], null, visit.again), stop.contact, stop.phone];
      })));
    const rest = data.stops.map((stop, i) => i).filter((i) => !served[i] && !data.stops[i].reason);
    made.push(bookcar.table(say('unserved-list', { n: data.unserved.length }), ['stop', 'kind', 'area', 'people', 'last-visit', 'reason'].map((c) => say(c)),
      data.unserved.map((i) => otherRow(i).concat([data.stops[i].reason]))));
    made.push(bookcar.table(say('idle-list', { n: rest.length }), ['stop', 'kind', 'area', 'people', 'last-visit', 'target'].map((c) => say(c)),
      rest.map((i) => otherRow(i).concat([data.stops[i].every]))));
    return made;
  }

  // What leaves the car stands where stops have their drops.
  function reloadRow(reload) {
    const store = bookcar.storeOf(reload);
    return [bookcar.named(store), '', bookcar.reloadName(reload), '', reload.arrive, reload.depart,
      bookcar.batches(reload.off), bookcar.batches(reload.on), '', store.phone];
  }

  function otherRow(i) {
    const stop = data.stops[i];
    return [jump(i, null), say('kind-' + stop.kind), stop.area, bookcar.people(stop), bookcar.waited(stop.weeks)];
  }

  // ---- choosing

  function choose(change, playing) {
    if (player && player.on() && !playing) player.end();
    Object.assign(chosen, change);
    map.closePopup();
    routes.forEach((route) => {
      if (visible(route)) map.addLayer(route.group);
      else map.removeLayer(route.group);
    });
    routes.forEach((route) => bookcar.weighRoute(route, thick()));
    routes.filter(visible).forEach((route) => route.line.bringToFront());
    map.getContainer().classList.toggle('alone', chosen.route !== null);
    if (playing) arrows.clearLayers();
    dayChips.press(chosen.route === null ? chosen.day : undefined);
    carChips.press(chosen.route === null ? chosen.vehicle : undefined);
    routes.forEach(mark);
    allButton.hidden = chosen.route === null;
    address();
    figures();
    drawArrows();
    spreadBadges();
  }

  function mark(route) {
    const item = items[route.data.id];
    const on = chosen.route === route.data.id;
    item.item.classList.toggle('chosen', on);
    item.item.classList.toggle('hidden-route', !visible(route));
    item.button.setAttribute('aria-expanded', String(on));
    item.detail.hidden = !on;
  }

  function bounds() {
    const shown = shownRoutes();
    return chosen.route !== null && shown.length ? L.latLngBounds(shown[0].points) : bookcar.bounds;
  }

  function focus(id) {
    chosen.route = id;
    settled = false;  // what stands on the map is placed once, when the map stands where it stays
    map.fitBounds(bounds(), { padding: [36, 36], animate: false });
    settled = true;
    choose({ route: id });
    if (id !== null) items[id].item.scrollIntoView({ block: 'nearest' });
  }

  function openStop(i, route) {
    if (route !== null && chosen.route !== route && !shownRoutes().some((r) => r.data.id === route)) focus(route);
    const found = layersOfStop[i].filter((entry) => entry.route === route)[0];
    if (!map.hasLayer(found.layer)) map.addLayer(found.layer);
    map.setView(data.stops[i].at, Math.max(map.getZoom(), 13), { animate: false });
    found.layer.openPopup();
  }

  function find(i) {
    const entry = layersOfStop[i].filter((one) => one.route === null || visible(routes.filter((r) => r.data.id === one.route)[0]))[0];
    openStop(i, (entry || layersOfStop[i][0]).route);
  }

  // While the week is played its day alone is shown, with one car if only that is chosen.
  function playDay(day) {
    if (chosen.route !== null) focus(null);
    choose({ day: day, route: null }, true);
  }

  // ---- `#R07`, or the filters, in the address

  function address() {
    if (chosen.route !== null) bookcar.toAddress(chosen.route);
    else bookcar.toAddress({ day: chosen.day, car: chosen.vehicle === null ? null : data.vehicles[chosen.vehicle].id });
  }

  function takeAddress() {
    const wanted = bookcar.fromAddress();
    const known = data.routes.some((route) => route.id === wanted.whole);
    const day = data.days.filter((one) => String(one.day) === wanted.day)[0];
    const car = data.vehicles.findIndex((one) => one.id === wanted.car);
    if (!known) Object.assign(chosen, { day: day ? day.day : null, vehicle: car < 0 ? null : car });
    focus(known ? wanted.whole : null);
  }

  const roadsByZoom = bookcar.backdrop();
  others();
  depots();
  routes = data.routes.map((route) => bookcar.drawRoute(route, colours[route.day], () => focus(route.id)));
  routes.forEach((route) => route.data.visits.forEach((visit, i) => {
    layersOfStop[visit.stop].push({ layer: route.badges[i], route: route.data.id });
  }));
  routes.forEach((route) => route.points.forEach((point) => bookcar.bounds.extend(point)));
  bookcar.focus = bounds;
  sections();
  map.invalidateSize({ pan: false });
  map.on('zoomend resize', spreadBadges);
  map.on('moveend', () => {
    drawArrows();
    placeNames();
  });
  map.on('popupopen', () => { cardOpen = true; });
  map.on('popupclose', () => { cardOpen = false; });
  takeAddress();
  roadsByZoom();
  window.addEventListener('hashchange', takeAddress);
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    if (cardOpen) map.closePopup();
    else if (chosen.route !== null) focus(null);
  });
  document.documentElement.setAttribute('data-bookcar-ready', String(Math.round(performance.now())));
}());
