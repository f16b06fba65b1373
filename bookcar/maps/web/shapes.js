// The shapes of stops: one path each, drawn on the map, in badges and in the legend.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const svg = bookcar.svg;

  const DISC = 'M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z';
  const PATHS = {
    disc: DISC,
    square: 'M-.92-.92H.92V.92H-.92Z',
    house: 'M0-1.2L1.06-.3V.92H-1.06V-.3Z',
    hexagon: 'M1.1 0L.55 .96H-.55L-1.1 0L-.55-.96H.55Z',
    shield: 'M-1-1.05H1V.3L0 1.2L-1 .3Z',
    octagon: 'M.44-1.06L1.06-.44V.44L.44 1.06H-.44L-1.06 .44V-.44L-.44-1.06Z',
    diamond: 'M0-1.2L1.2 0L0 1.2L-1.2 0Z',
    triangle: 'M0-1.25L1.2 .95H-1.2Z',
    down: 'M0 1.25L-1.2-.95H1.2Z',
    crossed: DISC + 'M-.48-.48L.48 .48M-.48 .48L.48-.48',
  };
  const KINDS = {
    village: 'disc', school: 'square', bookhouse: 'house', teahouse: 'shield',
    organisation: 'octagon', other: 'diamond',
  };

  // Marks shrink where they would cover more than this part of the district, as seen at this zoom.
  const COVERED = 0.05;
  const SMALLEST = 0.45;

  // From so many on a canvas is drawn faster than as many paths.
  const MANY = 4000;
  const FORMS = {};

  function areFew(count) {
    return count < MANY;
  }

  // What draws the stops of a pane. Few are paths; many stand on a canvas, but on paper all are paths:
  // Chromium prints a canvas with all that lies beneath it wiped out.
  function dots(pane, count) {
    const few = L.svg({ pane: pane, padding: 0.3 });
    if (areFew(count)) return few;
    const many = L.canvas({ pane: pane, padding: 0.1 });
    let order = null;
    bookcar.onPaper = (paper) => {
      order = order || drawn(many);
      order.forEach((layer) => {
        bookcar.map.removeLayer(layer);
        layer.options.renderer = paper ? few : many;
        bookcar.map.addLayer(layer);
      });
      if (!paper) order = null;
    };
    return many;
  }

  // The layers of a canvas, lowest first.
  function drawn(canvas) {
    const layers = [];
    for (let at = canvas._drawFirst; at; at = at.next) layers.push(at.layer);
    return layers;
  }

  function paint(shape) {
    const canvas = shape._renderer;
    if (!canvas._drawing || shape._empty()) return;
    const ctx = canvas._ctx;
    const style = shape.options;
    const form = FORMS[style.shape] || (FORMS[style.shape] = new Path2D(PATHS[style.shape]));
    ctx.save();
    ctx.translate(shape._point.x, shape._point.y);
    ctx.scale(shape._radius, shape._radius);
    ctx.lineJoin = 'round';
    ctx.lineWidth = style.weight / shape._radius;
    ctx.strokeStyle = style.color;
    if (style.fill) {
      ctx.globalAlpha = style.fillOpacity;
      ctx.fillStyle = style.fillColor || style.color;
      ctx.fill(form);
    }
    ctx.globalAlpha = style.opacity;
    ctx.stroke(form);
    ctx.restore();
  }

  // A Leaflet circle marker of another shape; `_updatePath` is how its renderer asks for it.
  const Shape = L.CircleMarker.extend({
    _updatePath: function () {
      if (this._renderer instanceof L.Canvas) {
        paint(this);
        return;
      }
      const at = this._point;
      const path = this._path;
      path.setAttribute('d', this._empty() ? 'M0 0' : PATHS[this.options.shape]);
      path.setAttribute('transform', 'translate(' + at.x + ' ' + at.y + ') scale(' + this._radius + ')');
      path.setAttribute('vector-effect', 'non-scaling-stroke');
    },
  });

  function path(shape, radius, attributes) {
    return svg('path', Object.assign({
      d: PATHS[shape], transform: 'scale(' + radius + ')', 'stroke-linejoin': 'round',
      'vector-effect': 'non-scaling-stroke',
    }, attributes));
  }

  function picture(width, height, children) {
    return svg('svg', {
      width: width, height: height, 'aria-hidden': true,
      viewBox: [-width / 2, -height / 2, width, height].join(' '),
    }, children);
  }

  // A stop with its number, as it stands on the map and in the legend.
  // Above the number stands the route's, as far as there is room: without the letter before it.
  function badge(kind, label, colour, route) {
    const shape = KINDS[kind] || 'disc';
    return picture(28, 28, [
      path(shape, 10, { fill: '#fff', stroke: '#fff', 'stroke-width': 5.5 }),
      path(shape, 10, { fill: '#fff', stroke: colour, 'stroke-width': 2.6 }),
      // With a space between, as the label that is read has it.
      route ? svg('text', { y: -2.5, 'text-anchor': 'middle', class: 'badge-route' }, route.length > 4 ? '' : route) : null, ' ',
      svg('text', { y: route ? 7 : 4, 'text-anchor': 'middle', class: 'badge-number' }, label), ' ',
    ]);
  }

  // At a badge's corner: some of what is dropped here comes from a stop before.
  function handedMark() {
    return svg('path', { class: 'handed', d: 'M5-13h6v-3.5l5.5 5.5-5.5 5.5v-3.5h-6z', fill: '#111', stroke: '#fff', 'stroke-width': 1.2 });
  }

  // A depot; where cars reload during the day, with arrows up and down at its corner.
  function depot(reloads) {
    return picture(reloads ? 42 : 30, reloads ? 42 : 30, [
      svg('rect', { x: -12, y: -12, width: 24, height: 24, rx: 4, fill: '#1d2733', stroke: '#fff', 'stroke-width': 2 }),
      svg('path', { d: 'M-7-6h6v12h-6zM1-6h6v12H1z', fill: '#fff' }),
      reloads ? svg('circle', { cx: 12, cy: -12, r: 8, fill: '#fff', stroke: '#1d2733', 'stroke-width': 1.6 }) : null,
      reloads ? svg('path', {
        d: 'M9.5-8v-6M7.3-12.6l2.2-3 2.2 3M14.5-16v6M12.3-11.4l2.2 3 2.2-3', fill: 'none', stroke: '#1d2733', 'stroke-width': 1.6,
      }) : null,
    ]);
  }

  // By how much so many marks shrink; the nearer the map, the less.
  function markScale(count) {
    const low = bookcar.map.latLngToLayerPoint(bookcar.bounds.getSouthWest());
    const high = bookcar.map.latLngToLayerPoint(bookcar.bounds.getNorthEast());
    const room = Math.max(100, high.x - low.x) * Math.max(100, low.y - high.y) * COVERED;
    return Math.max(SMALLEST, Math.min(1, Math.sqrt(room / (Math.max(1, count) * Math.PI * 49))));  // of 7 pixels
  }

  function stroke(colour, dash, weight, wide = 36) {
    const plain = dash.length === 0;
    return picture(wide, 12, svg('line', {
      x1: 1 - wide / 2, x2: wide / 2 - 1, y1: 0, y2: 0, stroke: colour, 'stroke-width': weight,
      'stroke-dasharray': plain ? null : dash.map((part) => part * weight).join(' '),
      'stroke-linecap': cap(dash),
    }));
  }

  // Dots need round ends, dashes blunt ones: a round end would close the gap.
  function cap(dash) {
    return dash.length === 0 || dash.some((part) => part < 0.1) ? 'round' : 'butt';
  }

  Object.assign(bookcar, {
    Shape: Shape, dots: dots, areFew: areFew, shapePath: path, picture: picture, badge: badge, handedMark: handedMark, depotSign: depot,
    stroke: stroke, cap: cap, markScale: markScale,
  });
}());
