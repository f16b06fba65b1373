// Names on the map that step aside for what stands there already.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const map = bookcar.map;
  const LONGEST = 40;
  const SLACK = 2;  // pixels of a line above and below its letters

  // The name of a township in the page's own language, at a spot, with a line beneath for a figure.
  function nameOnMap(area, at) {
    const text = bookcar.data.language === 'en' && area.name_en || area.name;
    const figure = bookcar.el('em', {});
    const short = text.length > LONGEST ? text.slice(0, LONGEST) + '…' : text;
    const name = bookcar.el('bdi', {}, short);
    const words = bookcar.el('span', {}, [name, figure]);
    const marker = L.marker(at, {
      pane: 'names', interactive: false, keyboard: false,
      icon: L.divIcon({ className: 'area-name', iconSize: [0, 0], html: words }),
    }).addTo(map);
    return { marker: marker, words: words, name: name, figure: figure };
  }

  // Whether a point lies in an outer ring: an odd number of its sides lie to the east.
  function within(shape, at) {
    return shape.getLatLngs().some((polygon) => polygon[0].filter((a, i) => {
      const b = polygon[0][(i + 1) % polygon[0].length];
      return (a.lat > at.lat) !== (b.lat > at.lat)
        && at.lng < a.lng + (at.lat - a.lat) * (b.lng - a.lng) / (b.lat - a.lat);
    }).length % 2 === 1);
  }

  // Where there are no outlines, a township's name stands amid its stops.
  function amidStops() {
    const found = {};
    bookcar.data.stops.forEach((stop) => {
      if (!stop.area) return;
      const area = found[' ' + stop.area] = found[' ' + stop.area] || { name: stop.area, n: 0, lat: 0, lon: 0 };
      area.n += 1;
      area.lat += stop.at[0];
      area.lon += stop.at[1];
    });
    return Object.keys(found).map((key) => found[key]).filter((a) => a.n >= 3).sort((a, b) => b.n - a.n)
      .map((area) => nameOnMap(area, [area.lat / area.n, area.lon / area.n]));
  }

  // Squares of so many pixels about points on the map, as `place` wants its obstacles.
  function boxes(points, size) {
    return points.map((p) => ({ x: p.x - size / 2, y: p.y - size / 2, w: size, h: size }));
  }

  // The part of the map that is seen.
  function view() {
    const corner = map.containerPointToLayerPoint([0, 0]);
    return { x: corner.x, y: corner.y, w: map.getSize().x, h: map.getSize().y };
  }

  // What the buttons and words in its corners cover.
  function corners() {
    const outer = map.getContainer().getBoundingClientRect();
    return Array.from(map.getContainer().querySelectorAll('.leaflet-control'), (control) => {
      const box = control.getBoundingClientRect();
      const corner = map.containerPointToLayerPoint([box.left - outer.left, box.top - outer.top]);
      return { x: corner.x, y: corner.y, w: box.width, h: box.height };
    });
  }

  // Townships by size: of two that want one spot the larger gets it.
  function largestFirst(names) {
    const size = (name) => {
      const bounds = name.shape.getBounds();
      return (bounds.getEast() - bounds.getWest()) * (bounds.getNorth() - bounds.getSouth());
    };
    return names.slice().sort((a, b) => size(b) - size(a));
  }

  // Boxes about those of the layers of stops that are on the map and in sight.
  function stopBoxes(layers) {
    const seen = view();
    const found = [];
    layers.forEach((layer) => {
      if (!layer._map) return;
      const half = layer.getRadius() + layer.options.weight / 2;
      const box = { x: layer._point.x - half, y: layer._point.y - half, w: 2 * half, h: 2 * half };
      if (bookcar.common(seen, box)) found.push(box);
    });
    return found;
  }

  // Ask how large names are, all at once and only where their words have changed: each asking after
  // a change makes the browser lay out the whole page.
  function measure(names) {
    const changed = names.filter((name) => !name.size || name.size.of !== name.figure.textContent);
    changed.forEach((name) => name.words.classList.remove('brief'));
    changed.forEach((name) => {
      const size = { w: name.words.offsetWidth + 2, h: name.words.offsetHeight - SLACK, of: name.figure.textContent };
      const brief = { w: name.name.offsetWidth + 2, h: size.h - name.figure.offsetHeight };
      name.size = size.w > 2 ? Object.assign(size, { brief: size.of ? brief : null }) : null;  // else not laid out
    });
    return names.every((name) => name.size);
  }

  // Where a name may stand: near its place, or anywhere in the part of its township that is seen.
  function label(name, seen) {
    const at = map.latLngToLayerPoint(name.marker.getLatLng());
    const whole = name.shape && bookcar.common(seen, boxOf(name.shape.getBounds()));
    const there = whole && !bookcar.holds(seen, { x: at.x, y: at.y, w: 0, h: 0 });
    return Object.assign({}, name.size, {
      x: there ? whole.x + whole.w / 2 : at.x,
      y: there ? whole.y + whole.h / 2 : at.y,
      whole: whole,
      inside: (box) => bookcar.holds(seen, box) && (!name.shape
        || within(name.shape, map.layerPointToLatLng([box.x + box.w / 2, box.y + box.h / 2]))),
    });
  }

  function boxOf(bounds) {
    const low = map.latLngToLayerPoint(bounds.getNorthWest());
    const high = map.latLngToLayerPoint(bounds.getSouthEast());
    return { x: low.x, y: low.y, w: high.x - low.x, h: high.y - low.y };
  }

  // Put each name where it covers no mark, no other name and little of the lines. Where there is no
  // room its figure goes, then the name: cards and tables have both. Earlier names choose first.
  function placeNames(names, marks, lines) {
    if (!measure(names)) return;
    const seen = view();
    const labels = names.map((name) => label(name, seen));
    bookcar.place(labels, marks.concat(corners()), lines).forEach((spot, i) => {
      const style = names[i].words.style;
      style.visibility = spot ? 'visible' : 'hidden';
      if (!spot) return;
      names[i].words.classList.toggle('brief', spot.brief);
      const at = map.latLngToLayerPoint(names[i].marker.getLatLng());
      const shift = (spot.x - at.x) + 'px,' + (spot.y - at.y) + 'px';
      style.transform = 'translate(-50%,-50%) translate(' + shift + ')';
    });
  }

  Object.assign(bookcar, {
    nameOnMap: nameOnMap, boxes: boxes, placeNames: placeNames, amidStops: amidStops, largestFirst: largestFirst, stopBoxes: stopBoxes,
  });
}());
