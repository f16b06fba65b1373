// What a route looks like: its line, its numbered stops, its arrows.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const data = bookcar.data;
  const el = bookcar.el;
  const lines = L.svg({ pane: 'lines', padding: 0.5 });

  // What a route calls at, in order: `{ visit, index }` at a stop, `{ reload }` at a store or a car
  // that stands.
  function calls(route) {
    return [].concat.apply([], route.visits.map((visit, index) => (route.reloads || [])
      .filter((reload) => reload.before === index).map((reload) => ({ reload: reload }))
      .concat([{ visit: visit, index: index }])));
  }

  // Where a car reloads: a store, or the stop at which the car stands that it fetches from.
  function storeOf(reload) {
    return reload.stop === undefined ? data.depots[reload.depot] : data.stops[reload.stop];
  }

  function reloadName(reload) {
    return reload.from ? bookcar.say('fetch', { vehicle: reload.from }) : bookcar.say('reload');
  }

  function ends(route) {
    const depot = data.depots[route.depot].at;
    const met = {};
    (route.foot || []).forEach((walk) => { met[walk.stop] = walk.at; });
    const places = [depot].concat(calls(route).map((call) => (
      call.reload ? storeOf(call.reload).at : met[call.visit.stop] || data.stops[call.visit.stop].at)), [depot]);
    (route.again || []).forEach((call) => { places.splice(call[0] + 1, 0, met[call[1]]); });
    return places;
  }

  // A leg without a road is drawn straight from place to place.
  function ways(route) {
    const at = ends(route);
    return route.legs.map((leg, i) => (leg ? bookcar.decode(leg) : [at[i], at[i + 1]]));
  }

  // A line in parts, each stretch once: there and back, the dashes would fill each other's gaps.
  function once(points) {
    const seen = {};
    const parts = [];
    let part = points.slice(0, 1);
    for (let i = 1; i < points.length; i += 1) {
      const key = [points[i - 1].join(), points[i].join()].sort().join(' ');
      if (seen[key]) {
        if (part.length > 1) parts.push(part);
        part = [];
      }
      seen[key] = true;
      part.push(points[i]);
    }
    return part.length > 1 ? parts.concat([part]) : parts;
  }

  // `choose` is called when the line is clicked.
  function drawRoute(route, colour, choose) {
    const legs = ways(route);
    const points = [].concat.apply([], legs);
    const car = data.vehicles[route.vehicle];
    const options = { renderer: lines, pane: 'lines', smoothFactor: 1, lineJoin: 'round' };
    const parts = once(points);
    const line = (more) => L.polyline(parts, Object.assign({}, options, more));
    const made = {
      data: route,
      dash: car.dash,
      points: points,
      legs: legs,
      called: calls(route).map((call) => (call.reload ? storeOf(call.reload).name : call.index + 1 + ' ' + data.stops[call.visit.stop].name)),
      casing: line({ color: '#fff', opacity: 0.9, interactive: false, lineCap: 'round' }),
      line: line({ color: colour, lineCap: bookcar.cap(car.dash), interactive: false }),
      touch: line({ weight: 16, opacity: 0, color: '#000' }),
      badges: route.visits.map((visit, i) => badge(route, visit, i, colour)),
    };
    made.touch.on('click', choose);
    made.touch.bindTooltip(() => el('span', {}, [
      el('b', {}, el('bdi', {}, route.id)), ' ' + bookcar.dayName(route.day, route.date) + ' · ', el('bdi', {}, bookcar.carName(car)),
    ]), { sticky: true });
    // Ways on foot: thin, and dotted as paths are on maps.
    made.foot = (route.foot || []).map((walk) => L.polyline(bookcar.decode(walk.line), Object.assign({}, options, {
      color: colour, weight: 2.5, dashArray: '1 5', lineCap: 'round', interactive: false,
    })));
    // Where the car meets who carries: a mark of its own, told by its shape.
    made.meetings = (route.foot || []).map((walk) => new bookcar.Shape(walk.at, {
      renderer: lines, pane: 'lines', shape: 'down', radius: 6, color: '#1d2733', weight: 2, fillColor: '#fff', fillOpacity: 1, interactive: false,
    }));
    made.group = L.layerGroup([made.casing, made.line, made.touch].concat(made.foot, made.meetings, made.badges));
    return made;
  }

  function weighRoute(route, thick) {
    const weight = thick ? 5 : 3;
    const dash = route.dash.length ? route.dash.map((part) => part * weight).join(' ') : null;
    route.casing.setStyle({ weight: weight + 3 });
    route.line.setStyle({ weight: weight, dashArray: dash });
  }

  function badge(route, visit, index, colour) {
    const stop = data.stops[visit.stop];
    const leader = bookcar.svg('line', { stroke: colour, 'stroke-width': 1.6 });
    const dot = bookcar.svg('circle', { r: 2.4, fill: colour, stroke: '#fff', 'stroke-width': 1 });
    const tether = bookcar.svg('svg', { class: 'tether', width: 1, height: 1, 'aria-hidden': true }, [leader, dot]);
    const sign = bookcar.badge(stop.kind, index + 1, colour, route.id);
    if (visit.handed) sign.appendChild(bookcar.handedMark());
    sign.appendChild(bookcar.svg('text', { y: 23, 'text-anchor': 'middle', class: 'badge-time' }, visit.arrive));
    const marker = L.marker(stop.at, {
      pane: 'badges', riseOnHover: true,
      icon: L.divIcon({ className: 'badge', iconSize: [0, 0], html: el('div', {}, [tether, sign]) }),
    });
    marker.on('add', () => marker.getElement().setAttribute('aria-label', [route.id, index + 1, visit.arrive, stop.name].join(' ')));
    marker.shift = shifter(sign, leader, dot);
    bookcar.popup(marker, () => bookcar.visitCard(route, visit, index));
    return marker;
  }

  // Moves a sign off its place, to which a leader then points.
  function shifter(sign, leader, dot) {
    return (dx, dy, scale) => {
      const apart = Math.hypot(dx, dy) > 2;
      sign.style.transform = 'translate(' + dx.toFixed(1) + 'px,' + dy.toFixed(1) + 'px) scale(' + scale + ')';
      leader.setAttribute('x2', apart ? dx : 0);
      leader.setAttribute('y2', apart ? dy : 0);
      dot.setAttribute('r', apart ? 2.4 : 0);
    };
  }

  function arrow(at, angle, colour) {
    const sign = bookcar.picture(24, 24, bookcar.svg('path', {
      d: 'M10 0L-7 8L-3 0L-7-8Z', fill: colour, stroke: '#fff', 'stroke-width': 1.8,
      transform: 'rotate(' + (angle * 180 / Math.PI).toFixed(1) + ')',
    }));
    return L.marker(at, {
      pane: 'arrows', interactive: false, keyboard: false,
      icon: L.divIcon({ className: 'badge', iconSize: [0, 0], html: el('div', { class: 'arrow' }, sign) }),
    });
  }

  Object.assign(bookcar, { calls: calls, storeOf: storeOf, reloadName: reloadName, once: once, drawRoute: drawRoute, weighRoute: weighRoute, arrow: arrow, shifter: shifter });
}());
