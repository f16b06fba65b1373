// What lies under the stops: hills, waters, roads, and tiles where the user named some.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const data = bookcar.data;
  const map = bookcar.map;
  const say = bookcar.say;

  const ROADS = {
    trunk: { weight: 3.4, color: '#b9a77f', inner: '#fbe9b7' },
    county: { weight: 2.8, color: '#b7b09d', inner: '#fff8e0' },
    township: { weight: 1.6, color: '#a39e90' },
    village: { weight: 1, color: '#b3aea2' },
    path: { weight: 1, color: '#b5ab98', dashArray: '2 3' },
  };
  const WATERS = {
    stream: { weight: 0.9, color: '#8fbcdb' },
    river: { weight: 2.2, color: '#7db0d5' },
    lake: { weight: 0.8, color: '#7db0d5', fill: true, fillColor: '#b5d6ea', fillOpacity: 1 },
  };
  const FINE = ['path', 'stream'];
  const FINE_FROM = 12;

  // Clipping tens of thousands of points to the window is most of the work of drawing them, and idle
  // where all of them are in it.
  const within = { _clipPoints: function () {
    const box = this._pxBounds;
    if (box && box.min && this._renderer._bounds.contains(box)) this._parts = this._rings;
    else Object.getPrototypeOf(this.constructor.prototype)._clipPoints.call(this);
  } };
  const Lines = L.Polyline.extend(within);
  const Surfaces = L.Polygon.extend(within);

  function hills() {
    if (!data.hills) return;
    L.imageOverlay('data:image/png;base64,' + data.hills.png, data.hills.bounds, {
      pane: 'hills', interactive: false, className: 'hills',
    }).addTo(map);
  }

  // Lines by class, small ones first; a lake is all its shores, filled where their number is odd.
  function classes(pane, styles, found) {
    const renderer = L.svg({ pane: pane, padding: 0.3 });
    const layers = {};
    Object.keys(styles).forEach((name) => {
      const lines = (found[name] || []).map(bookcar.decode);
      const style = styles[name];
      const draw = (options) => new (style.fill ? Surfaces : Lines)(lines, Object.assign({
        renderer: renderer, pane: pane, interactive: false, smoothFactor: 1.2,
      }, options));
      layers[name] = L.layerGroup([draw(style)]);
      if (style.inner) layers[name].addLayer(draw({ weight: style.weight - 1.6, color: style.inner }));
    });
    return layers;
  }

  // A map of somebody else's, where the user named one: it covers our own where it is there.
  function tiles() {
    if (!data.tiles) return;
    const pane = map.createPane('tiles');
    pane.style.zIndex = 212;
    map.getPane('areas').style.zIndex = 213;
    map.getPane('areas').style.opacity = 0.6;
    L.tileLayer(data.tiles.address, {
      pane: 'tiles', minNativeZoom: data.tiles.least, maxNativeZoom: data.tiles.most, maxZoom: 18,
      bounds: data.tiles.bounds, referrerPolicy: 'no-referrer',
    }).addTo(map);
  }

  // Makes everything; what it returns puts it on the map, and is to be called when the map stands
  // where it stays: moving tens of thousands of points costs time. Paths and streams are shown only
  // where they can be told apart.
  function backdrop() {
    const small = Object.keys(ROADS).reverse().reduce((all, name) => Object.assign(all, { [name]: ROADS[name] }), {});
    hills();
    const waters = classes('waters', WATERS, data.waters);
    const roads = classes('roads', small, data.roads);
    tiles();
    const all = Object.assign({}, waters, roads);
    function byZoom() {
      Object.keys(all).forEach((name) => {
        const show = FINE.indexOf(name) < 0 || map.getZoom() >= FINE_FROM;
        if (show !== map.hasLayer(all[name])) (show ? map.addLayer : map.removeLayer).call(map, all[name]);
      });
    }
    return () => {
      byZoom();
      map.on('zoomend', byZoom);
    };
  }

  // What the map shows beneath the stops, as rows of the legend; only what there is.
  function legendRows() {
    const line = (style) => bookcar.picture(30, 12, [style.color, style.inner].filter(Boolean).map((colour, i) => bookcar.svg('path', {
      d: 'M-14 0H14', fill: 'none', stroke: colour, 'stroke-width': style.weight - 1.6 * i, 'stroke-dasharray': style.dashArray,
    })));
    const rows = [['trunk', ROADS.trunk], ['county', ROADS.county], ['village', ROADS.township], ['path', ROADS.path]]
      .filter((row) => data.roads[row[0]]).map((row) => bookcar.legendRow(line(row[1]), say('road-' + row[0])));
    if (Object.keys(data.waters).length) rows.push(bookcar.legendRow(line(WATERS.river), say('waters')));
    if (data.outlines) rows.push(bookcar.legendRow(line({ weight: 1.2, color: '#776c55', dashArray: '7 3 1.5 3' }), say('township-line')));
    return rows;
  }

  Object.assign(bookcar, { backdrop: backdrop, groundRows: legendRows });
}());
