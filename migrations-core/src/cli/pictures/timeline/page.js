'use strict';

const search = document.getElementById('search');
const found = document.getElementById('found');
const entries = [...document.querySelectorAll('.entry[data-name]')];

function find() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (entry) => words.every((word) => entry.textContent.toLowerCase().includes(word));
  const matches = entries.filter(has);
  for (const entry of entries) entry.classList.toggle('dim', words.length > 0 && !has(entry));
  found.textContent = words.length > 0 ? `${matches.length} of ${entries.length}` : '';
  if (words.length > 0) matches[0]?.scrollIntoView({ block: 'nearest' });
}

search.addEventListener('input', find);

document.addEventListener('keydown', (event) => {
  if (event.key === '/' && event.target !== search) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === 'Escape') {
    search.value = '';
    find();
    search.blur();
  }
});
