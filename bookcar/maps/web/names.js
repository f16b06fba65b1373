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

  // Squares of so many pixels about points on the map, as `place` wants its obstacles.
  function boxes(points, size) {
    return points.map((p) => ({ x: p.x - size / 2, y: p.y - size / 2, w: size, h: size }));
  }

  // Put each name where it covers least; `must` keeps those that cover much all the same. A name
  // with `inside(latLng)` stays where that holds. Names without room are hidden.
  function placeNames(names, obstacles, must) {
    const labels = names.map((name) => {
      const p = map.latLngToLayerPoint(name.marker.getLatLng());
      return {
        x: p.x, y: p.y, w: name.words.offsetWidth + 6, h: name.words.offsetHeight,
        inside: name.inside && ((x, y) => name.inside(map.layerPointToLatLng([x, y]))),
      };
    });
    bookcar.place(labels, obstacles, must).forEach((spot, i) => {
      const style = names[i].words.style;
      style.visibility = spot ? 'visible' : 'hidden';
      if (!spot) return;
      const shift = (spot.x - labels[i].x) + 'px,' + (spot.y - labels[i].y) + 'px';
      style.transform = 'translate(-50%,-50%) translate(' + shift + ')';
    });
  }

  Object.assign(bookcar, { nameOnMap: nameOnMap, boxes: boxes, placeNames: placeNames });
}());
