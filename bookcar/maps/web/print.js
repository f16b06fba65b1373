// On paper: map and legend on one landscape page, A4 or A3, then the lists in columns.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const map = bookcar.map;
  const root = document.documentElement;
  let view = null;

  function before() {
    if (view) return;
    view = { centre: map.getCenter(), zoom: map.getZoom(), bounds: map.getBounds() };
    if (bookcar.onPaper) bookcar.onPaper(true);
    root.classList.add('printing');
    map.invalidateSize({ animate: false, pan: false });
    map.fitBounds(bookcar.focus ? bookcar.focus() : bookcar.bounds, { animate: false, padding: [30, 30] });
  }

  function after() {
    if (!view) return;
    if (bookcar.onPaper) bookcar.onPaper(false);
    root.classList.remove('printing');
    map.invalidateSize({ animate: false, pan: false });
    map.setView(view.centre, view.zoom, { animate: false });
    view = null;
  }

  // A script cannot ask which paper is in the printer, so that the reader says it. Ctrl-P prints on
  // the size chosen last, A4 at first.
  function print(paper) {
    root.classList.toggle('a3', paper === 'a3');
    window.print();
  }

  const buttons = ['a4', 'a3'].map((paper) => bookcar.el('button', {
    type: 'button', 'data-paper': paper, click: () => print(paper),
  }, bookcar.say('print-' + paper)));
  bookcar.panel.querySelector('header .no-print').appendChild(
    bookcar.el('div', { class: 'chips no-print', role: 'group', 'aria-label': bookcar.say('print') }, buttons));

  window.addEventListener('beforeprint', before);
  window.addEventListener('afterprint', after);
}());
