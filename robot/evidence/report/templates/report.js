// What a reader may do besides reading: filter the steps, walk through them by keys, lay before and after over each other.
(() => {
  'use strict';
  const film = document.querySelector('.film'), tools = document.querySelector('.tools');
  if (!film) return;
  document.documentElement.classList.add('live');
  tools.hidden = false;
  const steps = [...film.querySelectorAll('.step')], output = tools.querySelector('output');
  const words = steps.map(step => `${step.querySelector('h4').textContent} ${step.id}`.toLowerCase());
  const filter = () => {
    const unit = tools.unit.value, wanted = tools.words.value.trim().toLowerCase(), pressed = tools.pressed.checked;
    let number = 0;
    steps.forEach((step, place) => {
      step.hidden = Boolean((unit && step.dataset.unit !== unit) || (wanted && !words[place].includes(wanted)) ||
        (pressed && !('pressed' in step.dataset)));
      number += !step.hidden;
    });
    const all = !unit && !wanted && !pressed;
    for (const reel of film.querySelectorAll('.reel'))
      reel.hidden = !all && !reel.querySelector('.step:not([hidden])');
    output.textContent = all ? `${number} steps` : `${number} of ${steps.length} steps`;
  };
  tools.addEventListener('input', filter);
  tools.addEventListener('submit', event => event.preventDefault());
  filter();

  document.addEventListener('keydown', event => {
    const way = {j: 1, k: -1}[event.key.toLowerCase()];
    if (!way || !tools.keys.checked || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest('input:not([type=checkbox]):not([type=range]), select, textarea')) return;
    const shown = steps.filter(step => !step.hidden), here = document.activeElement.closest('.step');
    let next = shown.indexOf(here) + way;
    if (!here) next = shown.findIndex(step => step.getBoundingClientRect().bottom > 80) + (way < 0 ? -1 : 0);
    if (!shown[next]) return;
    event.preventDefault();
    shown[next].focus({preventScroll: true});
    shown[next].scrollIntoView({block: 'start'});
  });

  film.addEventListener('click', event => {
    const button = event.target.closest('.compare');
    if (!button) return;
    const exhibit = button.closest('.exhibit'), slides = exhibit.classList.toggle('sliding');
    button.setAttribute('aria-pressed', String(slides));
    let range = exhibit.querySelector('input[type=range]');
    if (!range) {
      range = document.createElement('input');
      Object.assign(range, {type: 'range', min: 0, max: 100, value: 50});
      range.setAttribute('aria-label', 'How much of the picture before is shown, from the left');
      range.addEventListener('input', () => exhibit.style.setProperty('--at', `${range.value}%`));
      exhibit.querySelector('.sheets').append(range);
    }
    range.hidden = !slides;
    if (slides) range.focus();
  });
})();
