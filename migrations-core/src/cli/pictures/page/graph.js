'use strict';

const graph = document.getElementById('graph');
const world = document.getElementById('world');
const panel = document.getElementById('panel');
const search = document.getElementById('search');
const found = document.getElementById('found');
const [width, height] = graph.getAttribute('viewBox').split(' ').slice(2).map(Number);
const fitted = graph.getAttribute('viewBox');

const places = (list) => (list ? list.split(' ').map(Number) : []);
const migrations = [...document.querySelectorAll('template[data-at]')].map((template, at) => ({
  at,
  template,
  name: template.dataset.name,
  category: template.dataset.category,
  needs: places(template.dataset.needs),
  neededBy: places(template.dataset.neededBy),
  node: document.getElementById(`node-${at}`),
}));
const byName = new Map(migrations.map((migration) => [migration.name, migration]));
const lines = [...graph.querySelectorAll('.line')].map((line) => ({
  line,
  from: Number(line.dataset.from),
  to: Number(line.dataset.to),
}));

// The view: how large, and where the upper left corner of the drawing stands.

let view = { scale: 1, x: 0, y: 0 };
let waiting = false;

function show(next) {
  view = next;
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    world.setAttribute('transform', `translate(${view.x} ${view.y}) scale(${view.scale})`);
    graph.classList.toggle('far-off', view.scale < 0.45);
    graph.classList.toggle('tiny', view.scale < 0.2);
  });
}

function fit() {
  const { clientWidth, clientHeight } = graph;
  const below = document.getElementById('legend').offsetHeight + 16;
  const scale = Math.min(clientWidth / width, (clientHeight - below) / height, 1.6);
  show({ scale, x: (clientWidth - width * scale) / 2, y: Math.max(0, (clientHeight - below - height * scale) / 2) });
}

/** All of it; of a very long drawing, only its beginning could be read. */
function begin() {
  fit();
  const tall = Math.min((graph.clientHeight - 100) / height, 0.9);
  if (view.scale < 0.2 && tall > 0.5) show({ scale: tall, x: 0, y: (graph.clientHeight - height * tall) / 2 });
}

function zoom(factor, x = graph.clientWidth / 2, y = graph.clientHeight / 2) {
  const scale = Math.min(4, Math.max(0.02, view.scale * factor));
  const grown = scale / view.scale;
  show({ scale, x: x - (x - view.x) * grown, y: y - (y - view.y) * grown });
}

function pan(x, y) {
  show({ ...view, x: view.x + x, y: view.y + y });
}

/** Brings a node into view: as large as to be read if that is wanted, and else no further than is needed. */
function reveal(migration, { near = false } = {}) {
  const scale = near ? Math.max(view.scale, 0.7) : view.scale;
  const box = migration.node.getBBox();
  const at = migration.node.transform.baseVal.consolidate().matrix;
  const [x, y] = [at.e + box.width / 2, at.f + box.height / 2];
  const [seenX, seenY] = [x * view.scale + view.x, y * view.scale + view.y];
  const [sides, top, bottom] = [90 * scale + 12, 40 * scale + 12, 40 * scale + 90];
  const within = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));
  if (scale === view.scale) {
    pan(within(seenX, sides, graph.clientWidth - sides) - seenX, within(seenY, top, graph.clientHeight - bottom) - seenY);
  } else {
    show({ scale, x: graph.clientWidth / 2 - x * scale, y: graph.clientHeight / 2 - y * scale });
  }
}

// Which nodes are dimmed: those that do not belong to the selected one, to the category, or to what is searched for.

let selected = null;
let category = null;
let matches = null;

function reached(start, next) {
  const seen = new Set();
  const left = [...next(start)];
  while (left.length > 0) {
    const at = left.pop();
    if (seen.has(at) || !migrations[at]) continue;
    seen.add(at);
    left.push(...next(migrations[at]));
  }
  return seen;
}

function paint() {
  const needs = selected && reached(selected, (migration) => migration.needs);
  const neededBy = selected && reached(selected, (migration) => migration.neededBy);
  const successors = selected ? lines.filter((l) => l.line.matches('.superseded')) : [];
  const near = new Set(selected ? [...needs, ...neededBy, selected.at] : []);
  for (const { from, to } of successors) {
    if (from === selected.at) near.add(to);
    if (to === selected.at) near.add(from);
  }
  const searched = matches && new Set(matches);
  for (const migration of migrations) {
    const { node } = migration;
    const dim = searched
      ? !searched.has(migration) && migration !== selected
      : selected
        ? !near.has(migration.at)
        : category !== null && migration.category !== category;
    node.classList.toggle('dim', dim);
    node.classList.toggle('selected', migration === selected);
  }
  for (const { line, from, to } of lines) {
    const before = selected && (to === selected.at || needs.has(to)) && needs.has(from);
    const behind = selected && (from === selected.at || neededBy.has(from)) && neededBy.has(to);
    const superseded = selected && line.matches('.superseded') && (from === selected.at || to === selected.at);
    const related = Boolean(before || behind || superseded);
    line.classList.toggle('related', related);
    line.classList.toggle('dim', (selected && !related) || (!selected && (matches || category) !== null));
  }
}

function select(migration, { focus = true, near = true } = {}) {
  selected = migration;
  panel.hidden = !migration;
  if (migration) {
    const close = document.createElement('button');
    close.type = 'button';
    close.className = 'close';
    close.title = 'Close (Escape)';
    close.setAttribute('aria-label', 'Close');
    close.textContent = '×';
    close.addEventListener('click', () => unselect());
    panel.replaceChildren(close, migration.template.content.cloneNode(true));
    panel.scrollTop = 0;
    reveal(migration, { near });
    if (focus) panel.querySelector('h2').focus({ preventScroll: true });
  }
  history.replaceState(null, '', migration ? `#${encodeURIComponent(migration.name)}` : location.pathname + location.search);
  paint();
}

function unselect() {
  const last = selected;
  select(null);
  last?.node.focus({ preventScroll: true });
}

// Every word must stand somewhere in a migration; those that have all of them in their names come first.

let texts = null;

function text(migration) {
  texts ??= migrations.map(({ template, category: of }) => {
    const title = template.content.querySelector('h2').textContent.toLowerCase();
    // Not the names of its neighbours.
    const parts = [...template.content.querySelectorAll('h2, p, pre')].map((part) => part.textContent);
    return { title: `${title} ${title.replaceAll(' ', '_')}`, all: [...parts, of].join('\n').toLowerCase() };
  });
  return texts[migration.at];
}

function find() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (text) => words.every((word) => text.includes(word));
  const inName = migrations.filter((migration) => has(text(migration).title));
  const elsewhere = migrations.filter((migration) => !inName.includes(migration) && has(text(migration).all));
  matches = words.length > 0 ? [...inName, ...elsewhere] : null;
  found.textContent = matches ? `${matches.length} of ${migrations.length}` : '';
  paint();
}

function clear() {
  search.value = '';
  find();
}

/** Goes to the match behind the selected one, or before it. */
function step(by) {
  if (!matches?.length) return;
  const at = matches.indexOf(selected);
  const next = at < 0 ? (by > 0 ? 0 : matches.length - 1) : (at + by + matches.length) % matches.length;
  select(matches[next], { focus: false });
}

// What the reader does.

const pointers = new Map();
let dragged = false;

graph.addEventListener('pointerdown', (event) => {
  if (event.button !== 0) return;
  pointers.set(event.pointerId, [event.clientX, event.clientY]);
  dragged = false;
});

graph.addEventListener('pointermove', (event) => {
  const last = pointers.get(event.pointerId);
  if (!last) return;
  const [x, y] = [event.clientX - last[0], event.clientY - last[1]];
  if (!dragged && Math.hypot(x, y) < 4) return;
  if (!dragged) graph.setPointerCapture(event.pointerId);
  dragged = true;
  graph.classList.add('dragged');
  const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
  pointers.set(event.pointerId, [event.clientX, event.clientY]);
  if (!other) return pan(x, y);
  const apart = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]);
  const { left, top } = graph.getBoundingClientRect();
  zoom(apart([event.clientX, event.clientY]) / Math.max(1, apart(last)), other[0] - left, other[1] - top);
});

for (const end of ['pointerup', 'pointercancel']) {
  graph.addEventListener(end, (event) => {
    pointers.delete(event.pointerId);
    graph.classList.remove('dragged');
  });
}

graph.addEventListener('click', (event) => {
  if (dragged) return;
  const node = event.target.closest('.node');
  if (node) select(migrations[Number(node.id.slice('node-'.length))], { near: false });
  else if (selected) unselect();
});

graph.addEventListener('wheel', (event) => {
  event.preventDefault();
  const { left, top } = graph.getBoundingClientRect();
  const pixels = event.deltaY * (event.deltaMode === 1 ? 18 : 1);
  zoom(Math.exp(-Math.max(-200, Math.min(200, pixels)) / 400), event.clientX - left, event.clientY - top);
}, { passive: false });

panel.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-name]');
  if (!link) return;
  event.preventDefault();
  select(byName.get(link.dataset.name));
});

document.getElementById('in').addEventListener('click', () => zoom(1.3));
document.getElementById('out').addEventListener('click', () => zoom(1 / 1.3));
document.getElementById('fit').addEventListener('click', fit);
search.addEventListener('input', find);
search.addEventListener('keydown', (event) => {
  if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
});

for (const button of document.querySelectorAll('#legend button')) {
  button.addEventListener('click', () => {
    category = category === button.dataset.category ? null : button.dataset.category;
    for (const other of document.querySelectorAll('#legend button')) {
      other.setAttribute('aria-pressed', String(other.dataset.category === category));
    }
    paint();
  });
}

const KEYS = {
  '/': () => { search.focus(); search.select(); },
  '+': () => zoom(1.3),
  '=': () => zoom(1.3),
  '-': () => zoom(1 / 1.3),
  0: fit,
  ArrowLeft: () => pan(80, 0),
  ArrowRight: () => pan(-80, 0),
  ArrowUp: () => pan(0, 80),
  ArrowDown: () => pan(0, -80),
};

function escape() {
  if (search.value) {
    clear();
  } else if (document.activeElement === search) {
    search.blur();
  } else if (selected) {
    unselect();
  }
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape') return escape();
  if (event.target === search || (panel.contains(event.target) && event.key.startsWith('Arrow'))) return;
  const node = event.target.closest?.('.node');
  if (node && (event.key === 'Enter' || event.key === ' ')) {
    event.preventDefault();
    select(migrations[Number(node.id.slice('node-'.length))], { near: false });
  } else if (Object.hasOwn(KEYS, event.key)) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

for (const migration of migrations) {
  migration.node.setAttribute('tabindex', '0');
  migration.node.setAttribute('role', 'button');
  migration.node.addEventListener('focus', () => {
    if (migration.node.matches(':focus-visible')) reveal(migration);
  });
}

function named() {
  try {
    return byName.get(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return undefined;
  }
}

window.addEventListener('hashchange', () => named() && select(named()));
window.addEventListener('beforeprint', () => {
  graph.setAttribute('viewBox', fitted);
  world.removeAttribute('transform');
});
window.addEventListener('afterprint', () => {
  graph.removeAttribute('viewBox');
  show(view);
});

graph.removeAttribute('viewBox');
begin();
if (named()) select(named(), { focus: false });
window.addEventListener('resize', () => !selected && fit());
