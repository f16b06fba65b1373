// On paper: map and legend on one A4 landscape page, then the lists in columns.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const map = bookcar.map;
  let view = null;

  function before() {
    if (view) return;
    view = { centre: map.getCenter(), zoom: map.getZoom(), bounds: map.getBounds() };
    if (bookcar.onPaper) bookcar.onPaper(true);
    document.documentElement.classList.add('printing');
    map.invalidateSize({ animate: false, pan: false });
    map.fitBounds(bookcar.focus ? bookcar.focus() : bookcar.bounds, { animate: false, padding: [12, 12] });
  }

  function after() {
    if (!view) return;
    if (bookcar.onPaper) bookcar.onPaper(false);
    document.documentElement.classList.remove('printing');
    map.invalidateSize({ animate: false, pan: false });
    map.setView(view.centre, view.zoom, { animate: false });
    view = null;
  }

  window.addEventListener('beforeprint', before);
  window.addEventListener('afterprint', after);
}());
