// The data block, words, elements, and the map's frame: what every page is built with.
// Text from the data reaches the page as text nodes and attribute values only, never as markup.
(function () {
  'use strict';

  const data = JSON.parse(document.getElementById('bookcar-data').textContent);
  const map = window[document.querySelector('.map').id];
  const SVG = 'http://www.w3.org/2000/svg';

  // Above the hills, below the popups; each pane names whether the mouse sees it.
  const PANES = [
    ['hills', 201, false], ['areas', 205, false], ['waters', 207, false], ['roads', 210, false], ['walks', 215, false], ['stops', 400, true],
    ['lines', 410, true], ['arrows', 420, false], ['names', 430, false], ['unserved', 440, true], ['badges', 610, true],
  ];

  // As in Python, {stops:1 stop|# stops} parts the words for one from those for many.
  function say(key, figures) {
    const text = data.words[key];
    if (text === undefined) throw new Error('no phrase ' + key);
    return text.replace(/\{(\w+)(?::([^|{}]*)\|([^{}]*))?\}/g, (whole, name, one, many) => {
      if (!figures || !(name in figures)) return whole;
      const figure = String(figures[name]);
      return many === undefined ? figure : (figure === '1' ? one : many).replace('#', figure);
    });
  }

  function fill(element, attributes, children) {
    Object.keys(attributes || {}).forEach((key) => {
      const value = attributes[key];
      if (typeof value === 'function') element.addEventListener(key, value);
      else if (value !== null && value !== undefined) element.setAttribute(key, String(value));
    });
    [].concat(children === undefined ? [] : children).forEach((child) => {
      if (child === null) return;
      if (Array.isArray(child)) fill(element, {}, child);
      else element.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
    });
    return element;
  }

  function el(tag, attributes, children) {
    return fill(document.createElement(tag), attributes, children);
  }

  function svg(tag, attributes, children) {
    return fill(document.createElementNS(SVG, tag), attributes, children);
  }

  // A name is isolated, so that letters which turn the reading direction turn nothing but it.
  function named(thing) {
    const name = el('bdi', {}, thing.name);
    return thing.name_en ? [name, ' ', el('bdi', { class: 'english' }, thing.name_en)] : [name];
  }

  function number(value, decimals) {
    return value.toLocaleString(document.documentElement.lang || 'en', {
      minimumFractionDigits: decimals || 0, maximumFractionDigits: decimals || 0,
    });
  }

  // How many people live there, nothing where nobody has said it.
  function people(place) {
    return place.people ? number(place.people) : '';
  }

  function sum(list, figure) {
    return list.reduce((total, item) => total + figure(item), 0);
  }

  // Google's encoded polyline, 5 decimals, to [lat, lon] pairs.
  function decode(line) {
    const points = [];
    let i = 0;
    let lat = 0;
    let lon = 0;
    function step() {
      let result = 0;
      let shift = 0;
      let bits;
      do {
        bits = line.charCodeAt(i) - 63;
        i += 1;
        result += (bits & 31) * Math.pow(2, shift);
        shift += 5;
      } while (bits >= 32);
      return result % 2 ? -(result + 1) / 2 : result / 2;
    }
    while (i < line.length) {
      lat += step();
      lon += step();
      points.push([lat / 1e5, lon / 1e5]);
    }
    return points;
  }

  function waited(weeks) {
    if (weeks === null || weeks === undefined) return say('never');
    if (weeks === 0) return say('this-week');
    return say('weeks-ago', { weeks: weeks });
  }

  // The facts of a stop as [label, value] rows; a missing value gives no row.
  function facts(stop) {
    const rows = [
      ['kind', stop.kind && say('kind-' + stop.kind)],
      ['area', stop.area],
      ['people', people(stop)],
      ['contact', stop.contact],
      ['phone', stop.phone],
      ['landmark', stop.landmark],
      ['access', stop.foot && say('on-foot')],
      ['last-visit', stop.every && waited(stop.weeks)],
      ['target', stop.every],
      ['why-not', stop.why_not],
      ['note', stop.note],
    ];
    return rows.filter((row) => row[1]).map((row) => [say(row[0]), row[1]]);
  }

  function card(heading, sections) {
    return el('div', { class: 'card' }, [el('h3', {}, heading)].concat(sections));
  }

  function factList(rows) {
    const list = el('dl', {});
    rows.forEach((row) => {
      list.appendChild(el('dt', {}, row[0]));
      list.appendChild(el('dd', {}, [].concat(row[1]).map((v) => (
        v instanceof Node ? v : el('bdi', {}, v)))));
    });
    return list;
  }

  function popup(layer, content) {
    layer.bindPopup(content, {
      maxWidth: Math.min(340, window.innerWidth - 48),
      minWidth: Math.min(230, window.innerWidth - 60),
      maxHeight: Math.max(160, Math.min(420, map.getSize().y - 60)),
      autoPanPadding: [24, 24],
    });
  }

  function control(position, element) {
    const made = L.control({ position: position });
    made.onAdd = () => element;
    made.addTo(map);
  }

  function zoomButtons() {
    const box = el('div', { class: 'leaflet-bar zoom no-print' });
    [['+', 'zoom-in', () => map.zoomIn()], ['−', 'zoom-out', () => map.zoomOut()],
      ['⤢', 'whole', () => map.fitBounds(bookcar.bounds, { padding: [24, 24] })]].forEach((b) => {
      box.appendChild(el('button', {
        type: 'button', title: say(b[1]), 'aria-label': say(b[1]), click: b[2],
      }, b[0]));
    });
    L.DomEvent.disableClickPropagation(box);
    control('topleft', box);
  }

  function north() {
    const arrow = svg('svg', { width: 26, height: 30, viewBox: '-13 -15 26 30', role: 'img', 'aria-label': say('north-label') },
      svg('path', { d: 'M0-13L7 11L0 6L-7 11Z', fill: '#1d2733', stroke: '#fff', 'stroke-width': 1.5 }));
    control('topright', el('div', { class: 'north' }, [arrow, el('b', { 'aria-hidden': true }, say('north'))]));
  }

  function credit() {
    const parts = [say('internal')];
    if (data.osm) {
      parts.unshift(el('a', { href: 'https://www.openstreetmap.org/copyright', rel: 'noreferrer', target: '_blank' }, say('osm')), ' · ');
    }
    if (data.tiles) parts.unshift(el('bdi', {}, data.tiles.credit), ' · ');
    control('bottomright', el('div', { class: 'credit' }, parts));
  }

  function frame() {
    PANES.forEach((pane) => {
      const style = map.createPane(pane[0]).style;
      style.zIndex = pane[1];
      if (!pane[2]) style.pointerEvents = 'none';
    });
    map.getContainer().setAttribute('role', 'main');
    map.getContainer().setAttribute('aria-label', say('map-label'));
    zoomButtons();
    north();
    L.control.scale({ imperial: false, maxWidth: 130 }).addTo(map);
    credit();
    map.on('popupopen', (event) => {
      const button = event.popup.getElement().querySelector('.leaflet-popup-close-button');
      if (button) button.setAttribute('aria-label', say('close'));
    });
    document.title = data.title + ' ' + data.week + ' – ' + data.district.name;
  }

  window.bookcar = {
    data: data, map: map, say: say, el: el, svg: svg, named: named, number: number, people: people, sum: sum,
    decode: decode, waited: waited, facts: facts, card: card, factList: factList,
    popup: popup, frame: frame, bounds: L.latLngBounds(data.places),
  };
}());
