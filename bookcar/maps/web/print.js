// On paper: map and legend on one page, A4 or A3 (or Letter or Tabloid, by the district's paper), then
// the lists in columns. The page lies, or stands where what is shown is so tall that it comes out larger.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const map = bookcar.map;
  const root = document.documentElement;
  // Millimetres of the map on a page that lies, and on one that stands: as in map.css.
  const ROOM = {
    a4: [[207, 188], [122, 278]], a3: [[314, 275], [193, 401]],
    letter: [[191, 194], [130, 260]], tabloid: [[325, 257], [175, 412]],
  };
  let view = null;

  function isTall(bounds, paper) {
    const corners = [bounds.getSouthWest(), bounds.getNorthEast()].map((corner) => map.project(corner, 12));
    const wide = Math.max(corners[1].x - corners[0].x, 1);
    const high = Math.max(corners[0].y - corners[1].y, 1);
    const [lying, standing] = ROOM[paper].map((room) => Math.min(room[0] / wide, room[1] / high));
    return standing > lying;
  }

  function before() {
    if (view) return;
    view = { centre: map.getCenter(), zoom: map.getZoom(), bounds: map.getBounds() };
    if (bookcar.onPaper) bookcar.onPaper(true);
    const shown = bookcar.focus ? bookcar.focus() : bookcar.bounds;
    root.classList.add('printing');
    root.toggleAttribute('data-tall', isTall(shown, root.dataset.sheet));
    map.invalidateSize({ animate: false, pan: false });
    map.fitBounds(shown, { animate: false, padding: [30, 30] });
  }

  function after() {
    if (!view) return;
    if (bookcar.onPaper) bookcar.onPaper(false);
    root.classList.remove('printing');
    root.removeAttribute('data-tall');
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
