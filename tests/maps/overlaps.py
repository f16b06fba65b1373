"""What stands on what in an open map, measured in the browser: scripts for `Browser.run`."""

from __future__ import annotations

_BADGE = ".badge:not(.depot) > div > svg:last-child path:nth-child(2)"

SIGNS = {
    "routes": f"{_BADGE}, .badge.depot rect, .leaflet-unserved-pane path",
    "coverage": ".leaflet-stops-pane path",
}
"""What a township's name must not cover, by page."""

_BOXES = """
const inner = (element, by) => {
  const box = element.getBoundingClientRect();
  return {l: box.left + by, r: box.right - by, t: box.top + by, b: box.bottom - by};
};
const meet = (a, b) => Math.min(a.r, b.r) > Math.max(a.l, b.l)
  && Math.min(a.b, b.b) > Math.max(a.t, b.t);
const named = Array.from(document.querySelectorAll('.area-name span'))
  .filter(name => name.style.visibility === 'visible');
"""

NAMES = _BOXES + "return named.map(name => name.querySelector('bdi').textContent);"
"""The names that are shown."""

COLLISIONS = (
    _BOXES
    + """
const signs = Array.from(document.querySelectorAll(arguments[0]), sign => inner(sign, 1));
const boxes = named.map(name => inner(name, 2));
const hit = (box, i) => signs.some(sign => meet(sign, box))
  || boxes.some((other, j) => j !== i && meet(other, box));
return [named.length, named.filter((name, i) => hit(boxes[i], i)).map(name => name.textContent)];
"""
)
"""How many names are shown, and those that stand on one of the signs or on another name."""

CLOSER = """
const map = bookcar.map, all = arguments[0].map(at => map.project(at, map.getZoom()));
const near = all.map(a => all.filter(b => a.distanceTo(b) < 60).length);
const thickest = arguments[0][near.indexOf(Math.max(...near))];
map.setView(thickest, map.getZoom() + 1, {animate: false});
"""
"""Zoom in about the place that has most others near it."""

CENTRES = f"""
const centre = sign => {{
  const box = sign.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
}};
return ['{_BADGE}', '.badge.depot rect']
  .map(which => Array.from(document.querySelectorAll(which), centre));
"""
"""The middles of the badges, and of the depots."""

COVERED_TIMES = (
    _BOXES
    + f"""
const times = Array.from(document.querySelectorAll('.badge-time'));
const all = times.concat(Array.from(document.querySelectorAll('{_BADGE}')));
const boxes = all.map(sign => inner(sign, 1));
return times.filter((time, i) => boxes.some((box, j) => j !== i && meet(box, boxes[i])))
  .map(time => time.textContent);
"""
)
"""The times beneath badges that stand on another time, or on a badge."""
