// Play the week: a slider through its working hours moves the cars along their roads, by the times
// of the plan. Nights are left out.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const data = bookcar.data;
  const map = bookcar.map;
  const say = bookcar.say;
  const el = bookcar.el;

  const MINUTES_A_SECOND = 12;  // of the plan, while it plays
  const STEP = 60;  // seconds of the plan from one place of the slider to the next

  // The spans in which any car is out, day after day, each with where it begins on the slider.
  function spans() {
    let from = 0;
    return data.days.map((day) => {
      const out = data.routes.filter((route) => route.day === day.day);
      const begin = Math.floor(Math.min.apply(null, out.map((route) => route.moves[0])) / 600) * 600;
      const end = Math.max.apply(null, out.map((route) => route.moves[route.moves.length - 1]));
      const span = { day: day, begin: begin, end: end, from: from };
      from += Math.ceil((end - begin) / STEP) + 1;
      return span;
    });
  }

  // The span and the second of its day at a place of the slider.
  function timeAt(days, place) {
    const span = days.filter((one) => one.from <= place).pop();
    return { span: span, seconds: Math.min(span.begin + (place - span.from) * STEP, span.end) };
  }

  // How far along each point of a line lies.
  function lengths(points) {
    const found = [0];
    for (let i = 1; i < points.length; i += 1) found.push(found[i - 1] + map.distance(points[i - 1], points[i]));
    return found;
  }

  // The spot at a share of a line.
  function along(points, far, share) {
    const wanted = share * far[far.length - 1];
    let i = 1;
    while (i < points.length - 1 && far[i] < wanted) i += 1;
    if (points.length < 2) return points[0];
    const step = far[i] - far[i - 1];
    const part = step > 0 ? (wanted - far[i - 1]) / step : 0;
    return [0, 1].map((k) => points[i - 1][k] + (points[i][k] - points[i - 1][k]) * Math.min(1, Math.max(0, part)));
  }

  // Where a car is at a second of its day: `leg` of its way, its share, and whether it drives; null
  // when it is not out. `moves` has, leg by leg, when the car leaves and when it arrives.
  function stateOf(moves, seconds) {
    if (seconds < moves[0] || seconds > moves[moves.length - 1]) return null;
    for (let leg = 0; 2 * leg < moves.length; leg += 1) {
      const leaves = moves[2 * leg];
      const arrives = moves[2 * leg + 1];
      if (seconds < leaves) return { leg: leg - 1, share: 1, driving: false };
      if (seconds <= arrives) return { leg: leg, share: arrives > leaves ? (seconds - leaves) / (arrives - leaves) : 1, driving: true };
    }
    return null;
  }

  function clock(seconds) {
    const minutes = Math.floor(seconds / 60);
    const two = (n) => (n < 10 ? '0' : '') + n;
    if (!data.halves) return two(Math.floor(minutes / 60)) + ':' + two(minutes % 60);
    const hour = Math.floor(minutes / 60);
    return data.halves[hour % 24 < 12 ? 'am' : 'pm'].replace('{time}', ((hour + 11) % 12) + 1 + ':' + two(minutes % 60));
  }

  // `pages.routes` are the drawn routes; `pages.shown` tells of one whether filters leave it in;
  // `pages.day` shows one day's routes.
  function player(pages) {
    const days = spans();
    const last = days[days.length - 1];
    const most = last.from + Math.ceil((last.end - last.begin) / STEP);
    const cars = L.layerGroup();
    const made = {};
    let playing = null;
    let place = -1;
    const slider = el('input', { type: 'range', min: 0, max: most, value: 0, step: 1, id: 'clock', 'aria-label': say('play-clock'), input: () => at(Number(slider.value)) });
    const button = el('button', { type: 'button', id: 'play', click: toggle });
    const time = el('b', { class: 'now' });
    const stop = el('button', { type: 'button', id: 'play-end', hidden: '', click: end }, say('play-end'));
    const list = el('ul', { class: 'cars' });
    const box = el('div', { class: 'player' }, [el('p', {}, [button, ' ', stop, ' ', time]), slider, list]);

    function car(route) {
      if (made[route.data.id]) return made[route.data.id];
      const word = el('span', {}, route.data.id);
      const marker = L.marker(route.points[0], {
        pane: 'badges', interactive: false, keyboard: false, zIndexOffset: 2000,
        icon: L.divIcon({ className: 'car', iconSize: [0, 0], html: word }),
      });
      word.style.backgroundColor = pages.colour(route);
      const legs = route.legs.map((points) => ({ points: points, far: lengths(points) }));
      made[route.data.id] = { marker: marker, legs: legs };
      return made[route.data.id];
    }

    function words(route, state) {
      const place = route.called[state.leg] || say('symbol-depot');  // a leg ends at the call of its number
      return say(state.driving ? 'play-to' : 'play-at', { place: place });
    }

    function show(now) {
      cars.clearLayers();
      list.textContent = '';
      pages.routes.filter((route) => route.data.day === now.span.day.day && pages.shown(route)).forEach((route) => {
        const state = stateOf(route.data.moves, now.seconds);
        if (state === null) return;
        const one = car(route);
        const leg = one.legs[state.leg];
        one.marker.setLatLng(along(leg.points, leg.far, state.share)).addTo(cars);
        list.appendChild(el('li', {}, [el('b', {}, el('bdi', {}, route.data.id)), ' ', el('bdi', {}, words(route, state))]));
      });
    }

    function at(wanted) {
      const now = timeAt(days, wanted);
      if (place < 0) map.addLayer(cars);
      if (place < 0 || timeAt(days, place).span !== now.span) pages.day(now.span.day.day);
      place = wanted;
      slider.value = wanted;
      const text = bookcar.dayName(now.span.day.day, now.span.day.date) + ' ' + clock(now.seconds);
      time.textContent = text;
      slider.setAttribute('aria-valuetext', text);
      stop.hidden = false;
      map.getContainer().classList.add('playing');
      show(now);
    }

    function name() {
      button.textContent = playing === null ? '▶ ' + say('play') : '❚❚ ' + say('play-pause');
      button.setAttribute('aria-pressed', String(playing !== null));
    }

    function toggle() {
      if (playing !== null) return pause();
      if (place >= most) place = 0;
      let before = null;
      let exact = Math.max(0, place);
      at(exact);
      playing = requestAnimationFrame(function frame(then) {
        exact += before === null ? 0 : Math.min(100, then - before) / 1000 * MINUTES_A_SECOND * 60 / STEP;
        before = then;
        const next = Math.min(most, Math.floor(exact));
        if (next !== place) at(next);
        playing = next < most ? requestAnimationFrame(frame) : null;
        if (playing === null) name();
      });
      return name();
    }

    function pause() {
      cancelAnimationFrame(playing);
      playing = null;
      name();
    }

    // Back to the whole week.
    function end() {
      if (place < 0) return;
      pause();
      place = -1;
      map.removeLayer(cars);
      map.getContainer().classList.remove('playing');
      list.textContent = '';
      time.textContent = '';
      stop.hidden = true;
      slider.value = 0;
      pages.day(null);
    }

    name();
    return { box: box, end: end, at: at, on: () => place >= 0 };
  }

  Object.assign(bookcar, { player: player, stateOf: stateOf, along: along, lengths: lengths });
}());
