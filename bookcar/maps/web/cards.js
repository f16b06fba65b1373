// What the route map says of a stop: the card of a visit, or why there is none.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const data = bookcar.data;
  const say = bookcar.say;
  const el = bookcar.el;
  const number = bookcar.number;

  function dayName(day, date) {
    return say('day-' + day) + ' ' + date.slice(5);
  }

  function carName(car) {
    return car.name || car.id;
  }

  function km(metres) {
    return number(metres / 1000);
  }

  // `handed` tells of which earlier stop's batches come straight from it, `again` when the car calls again for them.
  function batches(list, handed, again) {
    const from = (batch) => (handed && Object.prototype.hasOwnProperty.call(handed, batch[0]) ? el('b', {}, ' · ' + say('handed-on', { stop: handed[batch[0]] })) : null);
    return list.map((batch) => el('div', {}, [
      el('bdi', {}, batch[0]), batch[1] ? [' ', el('bdi', {}, batch[1])] : null, ' · ' + say('batch-books', { books: number(batch[2]) }), from(batch),
      again ? el('b', {}, ' · ' + say('second-call', { time: again })) : null]));
  }

  function visitCard(route, visit, index) {
    const stop = data.stops[visit.stop];
    const car = data.vehicles[route.vehicle];
    const rows = [
      [say('times'), el('b', {}, visit.arrive + '–' + visit.depart)],
      [say('drops'), visit.drops ? batches(visit.drops, visit.handed) : say('none')],
      [say('collects'), visit.collects ? batches(visit.collects, null, visit.again) : say('none')],
    ];
    if (visit.requests) rows.push([say('requests'), visit.requests.map((title) => el('div', {}, el('bdi', {}, title)))]);
    return bookcar.card(bookcar.named(stop), [
      el('p', { class: 'quiet' }, [el('bdi', {}, route.id), ' · ' + (index + 1) + ' · ' + dayName(route.day, route.date) + ' · ', el('bdi', {}, carName(car))]),
      bookcar.factList(rows.concat(bookcar.facts(stop))),
    ]);
  }

  function otherCard(index) {
    const stop = data.stops[index];
    const status = stop.reason ? el('p', { class: 'reason' }, el('bdi', {}, stop.reason)) : el('p', { class: 'quiet' }, say('idle'));
    return bookcar.card(bookcar.named(stop), [status, bookcar.factList(bookcar.facts(stop))]);
  }

  Object.assign(bookcar, {
    dayName: dayName, carName: carName, km: km, batches: batches, visitCard: visitCard, otherCard: otherCard,
  });
}());
