// On paper: map and legend on one landscape page, A4 or A3 (or Letter or Tabloid, by the district's
// paper), then the lists in columns.
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
  // the size chosen last, the smaller one at first.
  const papers = bookcar.data.paper === 'letter' ? ['letter', 'tabloid'] : ['a4', 'a3'];
  root.dataset.sheet = papers[0];
  function print(paper) {
    root.dataset.sheet = paper;
    window.print();
  }

  const buttons = papers.map((paper) => bookcar.el('button', {
    type: 'button', 'data-paper': paper, click: () => print(paper),
  }, bookcar.say('print-' + paper)));
  bookcar.panel.querySelector('header .no-print').appendChild(
    bookcar.el('div', { class: 'chips no-print', role: 'group', 'aria-label': bookcar.say('print') }, buttons));

  window.addEventListener('beforeprint', before);
  window.addEventListener('afterprint', after);
}());
