// Names on the map that step aside for what stands there already.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const map = bookcar.map;
  const LONGEST = 40;

  // A name at a spot, with a line beneath for a figure.
  function nameOnMap(text, at) {
    const figure = bookcar.el('em', {});
    const short = text.length > LONGEST ? text.slice(0, LONGEST) + '…' : text;
    const words = bookcar.el('span', {}, [bookcar.el('bdi', {}, short), figure]);
    const marker = L.marker(at, {
      pane: 'names', interactive: false, keyboard: false,
      icon: L.divIcon({ className: 'area-name', iconSize: [0, 0], html: words }),
    }).addTo(map);
    return { marker: marker, words: words, figure: figure };
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
      .map((area) => nameOnMap(area.name, [area.lat / area.n, area.lon / area.n]));
  }

  // Squares of so many pixels about points on the map, as `place` wants its obstacles.
  function boxes(points, size) {
    return points.map((p) => ({ x: p.x - size / 2, y: p.y - size / 2, w: size, h: size }));
  }

  // Put each name where it covers least; `must` keeps those that cover much all the same. A name
  // with `inside(latLng)` stays where that holds. Names without room are hidden.
  function placeNames(names, obstacles, must) {
    const corner = map.containerPointToLayerPoint([0, 0]);
    const window = { x: corner.x, y: corner.y, w: map.getSize().x, h: map.getSize().y };
    const labels = names.map((name) => {
      const p = map.latLngToLayerPoint(name.marker.getLatLng());
      const label = { x: p.x, y: p.y, w: name.words.offsetWidth + 6, h: name.words.offsetHeight };
      const seen = bookcar.holds(window, { x: p.x, y: p.y, w: 0, h: 0 });
      label.inside = (box) => (!seen || bookcar.holds(window, box))
        && (!name.inside || name.inside(map.layerPointToLatLng([box.x + box.w / 2, box.y + box.h / 2])));
      return label;
    });
    bookcar.place(labels, obstacles, must).forEach((spot, i) => {
      const style = names[i].words.style;
      style.visibility = spot ? 'visible' : 'hidden';
      if (!spot) return;
      const shift = (spot.x - labels[i].x) + 'px,' + (spot.y - labels[i].y) + 'px';
      style.transform = 'translate(-50%,-50%) translate(' + shift + ')';
    });
  }

  Object.assign(bookcar, { nameOnMap: nameOnMap, boxes: boxes, placeNames: placeNames, within: within, amidStops: amidStops });
}());
