// The panel beside the map: heading, figures, filters, lists, tables and the foot.
(function () {
  'use strict';
  const bookcar = window.bookcar;
  const data = bookcar.data;
  const say = bookcar.say;
  const el = bookcar.el;

  const panel = el('aside', { id: 'panel', 'aria-label': say('panel'), tabindex: -1 });
  const tables = el('main', { id: 'tables', hidden: '', tabindex: -1, 'aria-label': say('view-table') });
  const opened = [];
  const LONGEST = 500;

  function toggleGroup(label, options, choose) {
    const buttons = options.map((option) => el('button', {
      type: 'button', 'data-value': option.value === null ? 'all' : option.value, click: () => choose(option.value),
    }, option.content));
    const box = el('div', { class: 'chips', role: 'group', 'aria-label': label }, buttons);
    box.press = (value) => buttons.forEach((button, i) => {
      button.setAttribute('aria-pressed', String(options[i].value === value));
    });
    return box;
  }

  function show(view) {
    const table = view === 'table';
    if (table) opened.splice(0).forEach((build) => build());
    document.body.classList.toggle('as-table', table);
    tables.hidden = !table;
    views.press(view);
    if (!table) bookcar.map.invalidateSize({ pan: false });
  }

  const views = toggleGroup(say('view'), [
    { value: 'map', content: say('view-map') }, { value: 'table', content: say('view-table') },
  ], show);

  // One key away: T shows the table, and the map again; not while somebody types or chooses.
  document.addEventListener('keydown', (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName || '');
    if (event.key.toLowerCase() !== 't' || event.ctrlKey || event.metaKey || event.altKey || typing) return;
    const table = tables.hidden;
    show(table ? 'table' : 'map');
    (table ? tables : bookcar.map.getContainer()).focus();
  });

  function section(title, content, attributes) {
    const made = el('section', attributes || {}, [el('h2', {}, title)].concat(content));
    panel.appendChild(made);
    return made;
  }

  // The day of the records, the week planned and the plan, as far as there are any.
  function when() {
    const week = [data.week, say('to', { first: data.first, last: data.last })];
    const day = data.as_of ? [say('as-of', { date: data.as_of })] : [];
    return data.plan ? week.concat(day, [say('plan-id', { plan: data.plan })]) : day.concat(week.slice(0, 1));
  }

  function heading() {
    panel.appendChild(el('header', {}, [
      el('p', { class: 'district' }, bookcar.named(data.district)),
      el('h1', {}, data.title),
      el('p', { class: 'quiet' }, when().join(' · ')),
      el('div', { class: 'no-print' }, views),
    ]));
    views.press('map');
    Array.from(views.children).forEach((button) => {
      button.setAttribute('aria-keyshortcuts', 'T');
      button.title = say('view-key');
    });
    if (data.estimated) panel.appendChild(el('p', { class: 'notice', role: 'note' }, say('estimated')));
  }

  function foot() {
    const lines = [data.note, data.osm ? say('osm-licence') : '', data.tiles && !data.tiles.bounds ? say('online', { server: data.tiles.address.split('/')[2] }) : say('offline'),
      ['bookcar ' + data.version].concat(data.plan ? [say('plan-id', { plan: data.plan })] : [], [data.week, say('internal')]).join(' · ')];
    panel.appendChild(el('footer', { class: 'quiet' }, lines.filter(Boolean).map((line) => el('p', {}, el('bdi', {}, line)))));
  }

  // Boxes of one figure each: rows of {value, more, label, bad}.
  function figures(box, rows) {
    box.textContent = '';
    rows.forEach((row) => {
      box.appendChild(el('div', { class: row.bad ? 'bad' : null }, [
        el('b', {}, row.value), row.more ? el('i', {}, ' ' + row.more) : null, el('span', {}, row.label)]));
    });
  }

  function legendRow(symbol, text, toggle) {
    const words = toggle ? el('label', {}, [toggle, text]) : el('span', {}, text);
    return el('li', {}, [el('span', { class: 'symbol' }, symbol), words]);
  }

  function checkbox(name, change) {
    const box = el('input', { type: 'checkbox', 'data-layer': name });
    box.checked = true;
    box.addEventListener('change', () => change(box.checked));
    return box;
  }

  // A list of buttons, one per stop; `choose` gets the stop's index. Of very many the rest is named
  // in the table only: tens of thousands of buttons make the whole page slow.
  function stopList(stops, line, choose) {
    const list = el('ul', { class: 'stops' }, stops.slice(0, LONGEST).map((i) => el('li', {}, el('button', {
      type: 'button', 'data-stop': i, click: () => choose(i),
    }, [el('span', {}, bookcar.named(data.stops[i])), el('small', {}, el('bdi', {}, line(i)))]))));
    if (stops.length <= LONGEST) return list;
    return el('div', {}, [list, el('p', { class: 'quiet' }, say('more-in-table', { n: bookcar.number(stops.length - LONGEST) }))]);
  }

  function table(caption, columns, rows) {
    const head = el('thead', {}, el('tr', {}, columns.map((c) => el('th', { scope: 'col' }, c))));
    const body = el('tbody', {}, rows.map((row) => el('tr', {}, row.map((cell, i) => {
      const content = cell === undefined || cell === null ? '' : cell;
      const inside = content instanceof Node || Array.isArray(content) ? content : el('bdi', {}, content);
      return i === 0 ? el('th', { scope: 'row' }, inside) : el('td', {}, inside);
    }))));
    return el('div', { class: 'table' }, el('table', {}, [el('caption', {}, el('span', {}, caption)), head, body]));
  }

  // Tables are built when first asked for: most readers stay with the map.
  function onTables(build) {
    opened.push(() => build().forEach((made) => tables.appendChild(made)));
  }

  function mount() {
    foot();
    document.body.insertBefore(panel, document.body.firstChild);
    document.body.appendChild(tables);
  }

  Object.assign(bookcar, {
    panel: panel, tables: tables, toggleGroup: toggleGroup, show: show, section: section,
    heading: heading, figures: figures, legendRow: legendRow, checkbox: checkbox,
    stopList: stopList, table: table, onTables: onTables, mount: mount,
  });
}());
