// Search for a stop by its name, and what the address keeps of the filters.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const data = bookcar.data;
  const say = bookcar.say;
  const el = bookcar.el;
  const MOST = 12;

  function plain(text) {
    return (text || '').normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
  }

  // A field with the stops that have what is typed in their name, English name or township.
  function search(open) {
    let words = null;  // made when first needed
    const found = el('ul', { class: 'stops found', id: 'found' });
    const field = el('input', { type: 'search', id: 'search', placeholder: say('search'), 'aria-label': say('search'), autocomplete: 'off', input: look, keydown: enter });
    const told = el('p', { class: 'quiet', 'aria-live': 'polite' });

    function matches() {
      const wanted = plain(field.value).trim();
      if (!wanted) return [];
      words = words || data.stops.map((stop) => [plain(stop.name), plain(stop.name_en), plain(stop.area)]);
      const rank = (i) => words[i].findIndex((word) => word.indexOf(wanted) >= 0);
      const starts = (i) => (words[i][0].indexOf(wanted) === 0 || words[i][1].indexOf(wanted) === 0 ? 0 : 1);
      return data.stops.map((stop, i) => i).filter((i) => rank(i) >= 0)
        .sort((a, b) => rank(a) - rank(b) || starts(a) - starts(b) || a - b);
    }

    function look() {
      const all = matches();
      found.textContent = '';
      all.slice(0, MOST).forEach((i) => found.appendChild(el('li', {}, el('button', { type: 'button', 'data-stop': i, click: () => open(i) }, [
        el('b', {}, bookcar.named(data.stops[i])), el('small', {}, el('bdi', {}, data.stops[i].area || ''))]))));
      told.textContent = field.value.trim() ? say('search-found', { count: all.length }) : '';
    }

    function enter(event) {
      if (event.key === 'Enter' && matches().length) open(matches()[0]);
      if (event.key !== 'Escape' || !field.value) return;
      event.stopPropagation();
      field.value = '';
      look();
    }

    return el('div', { class: 'search no-print' }, [field, told, found]);
  }

  // The address behind `#`: `R05`, or `day=2&car=C1`, as an object; `whole` is it as it stands.
  function fromAddress() {
    const text = window.location.hash.slice(1);
    const found = { whole: text };
    try {
      found.whole = decodeURIComponent(text);
      text.split('&').forEach((part) => {
        const at = part.indexOf('=');
        if (at > 0) found[decodeURIComponent(part.slice(0, at))] = decodeURIComponent(part.slice(at + 1));
      });
    } catch (broken) {
      // Take it as it stands.
    }
    return found;
  }

  function toAddress(wanted) {
    const parts = typeof wanted === 'string' ? [encodeURIComponent(wanted)] : Object.keys(wanted)
      .filter((key) => wanted[key] !== null && wanted[key] !== undefined && wanted[key] !== '')
      .map((key) => encodeURIComponent(key) + '=' + encodeURIComponent(wanted[key]));
    const text = parts.join('&') ? '#' + parts.join('&') : '';
    if (text === window.location.hash) return;
    try {
      window.history.replaceState(null, '', text || window.location.pathname + window.location.search);
    } catch (refused) {
      // Some browsers guard the address of a file; the map works without it.
    }
  }

  Object.assign(bookcar, { search: search, fromAddress: fromAddress, toAddress: toAddress });
}());
