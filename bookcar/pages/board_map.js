"use strict";
// The map beside the board: the roads, every stop, and the routes as they stand. A way that the plan
// drove follows its road; a new one is a straight line, dashed.
const bookcarBoardMap = ((svg, data, board, pick) => {
  const NS = "http://www.w3.org/2000/svg";
  const layer = svg.querySelector("#moves");
  const HOUSE = "M0 -9L9 -1H6.5V7H2V2H-2V7H-6.5V-1H-9Z";
  let bright = null; // the route looked at

  function shape(tag, attributes, text) {
    const made = document.createElementNS(NS, tag);
    for (const [name, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // The places of a route: where it starts, its stops, where it ends.
  function placesOf(car, order) {
    const { start, end } = data.cars[car];
    const stops = order.map((stop) => ({ row: data.stops[stop].location, at: data.stops[stop].spot }));
    return [{ row: start, at: data.map.ends[start] }, ...stops, { row: end, at: data.map.ends[end] }];
  }

  function wayOf(from, to) {
    const road = data.map.legs[`${from.row}>${to.row}`];
    return road ? { d: road, known: true } : { d: `M${from.at.join(" ")}L${to.at.join(" ")}`, known: false };
  }

  function routeOf(car, order) {
    const places = placesOf(car, order);
    const ways = places.slice(1).map((to, k) => wayOf(places[k], to));
    const group = shape("g", { class: `way${bright === null ? "" : bright === car ? " bright" : " faint"}`, "data-car": car, stroke: data.cars[car].hue });
    const known = ways.filter((way) => way.known).map((way) => way.d).join("");
    if (known) group.append(shape("path", { d: known }));
    ways.filter((way) => !way.known).forEach((way) => group.append(shape("path", { d: way.d, "stroke-dasharray": "5 3" })));
    return group;
  }

  // A route's name stands at the place of its that is farthest from where it starts.
  function labelOf(car, order) {
    const [start, ...rest] = placesOf(car, order);
    const away = ({ at }) => Math.hypot(at[0] - start.at[0], at[1] - start.at[1]);
    const far = rest.reduce((a, b) => (away(b) > away(a) ? b : a));
    const faint = bright !== null && bright !== car ? " faint" : "";
    return shape("text", { class: `route${faint}`, x: far.at[0], y: far.at[1] - 7 }, data.cars[car].route || data.cars[car].label);
  }

  function markOf(stop, held) {
    const { spot, school, name } = data.stops[stop];
    const car = board.column(stop);
    const [x, y] = spot;
    const off = car === board.LEFT;
    const kind = ["mark", off && "off", stop === held && "held", board.moved(stop) && "new", bright !== null && bright !== car && "faint"];
    const mark = shape("g", { class: kind.filter(Boolean).join(" "), "data-mark": stop, transform: `translate(${x} ${y})`, fill: off ? "#fff" : data.cars[car].hue });
    mark.append(shape("title", {}, name));
    mark.append(school ? shape("rect", { x: -4, y: -4, width: 8, height: 8 }) : shape("circle", { r: 4.4 }));
    if (off) mark.append(shape("path", { d: "M-3 -3L3 3M3 -3L-3 3" }));
    mark.addEventListener("click", () => pick(stop));
    return mark;
  }

  // Where the held stop would go in its best place.
  function hintOf({ car, position, stop }) {
    const places = placesOf(car, board.listed(car).filter((other) => other !== stop));
    const at = data.stops[stop].spot;
    const d = [places[position], places[position + 1]].map((place) => `M${place.at.join(" ")}L${at.join(" ")}`).join("");
    return shape("path", { d, class: "hint" });
  }

  function draw(held, best) {
    const cars = [...data.cars.keys()].filter((car) => board.stopsOf(board.listed(car)).length > 0);
    const stops = [...data.stops.keys()].filter((stop) => !board.isReload(stop));
    const above = (stop) => (stop === held ? 2 : board.moved(stop) ? 1 : 0);
    layer.replaceChildren(
      ...cars.map((car) => routeOf(car, board.listed(car))),
      ...(best === null ? [] : [hintOf({ ...best, stop: held })]),
      ...data.map.houses.map(([x, y]) => shape("path", { d: HOUSE, class: "house", transform: `translate(${x} ${y})` })),
      ...stops.sort((a, b) => above(a) - above(b)).map((stop) => markOf(stop, held)),
      ...cars.map((car) => labelOf(car, board.listed(car))),
    );
  }

  // Show one route before the others; null for all alike. Tells whether that is new.
  function look(car) {
    const other = car !== bright;
    bright = car;
    return other;
  }

  return { draw, look };
});
