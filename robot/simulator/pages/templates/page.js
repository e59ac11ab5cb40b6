/* What pages of later generations do by themselves; how they really do it is not documented.
   A form still says everything that is sent: a link that sends it, and a switch, only hold what an input would. */
(() => {
  const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
  const shell = () => document.querySelector('template[data-delay]');

  /* A box in the page that asks. */
  const ask = (words) => new Promise((resolve) => {
    const veil = document.body.appendChild(document.createElement('div'));
    veil.className = '{{ style.name("veil") }}';
    veil.innerHTML = '<div role="dialog" aria-modal="true"><p></p><button type="button">{{ _("OK") }}</button> <button type="button">{{ _("Cancel") }}</button></div>';
    veil.querySelector('p').textContent = words;
    veil.querySelectorAll('button').forEach((button, number) => button.addEventListener('click', () => { veil.remove(); resolve(number === 0); }));
  });
  const agreed = async (control) => {
    const { ask: words, how } = control.dataset;
    return !words || (how === 'native' ? confirm(words) : ask(words));
  };

  /* Sending a form: whole, or by exchanging what is in the shell. A file that is handed out comes the ordinary way. */
  const send = (form, name, words) => {
    const value = form.appendChild(document.createElement('input'));
    Object.assign(value, { type: 'hidden', name, value: words });
    const whole = !shell() || form.enctype.startsWith('multipart') || /download/.test(name);
    if (whole) { form.submit(); value.remove(); } else show(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
  };
  document.addEventListener('click', async (event) => {
    const toggle = event.target.closest('[data-switch]');
    if (toggle) {
      const on = toggle.getAttribute('aria-checked') !== 'true';
      toggle.setAttribute('aria-checked', on);
      toggle.form.querySelector(`input[name="${toggle.dataset.switch}"]`).disabled = !on;
      return;
    }
    const details = event.target.closest('[data-details]');
    if (details) { document.getElementById(details.dataset.details).hidden = false; return; }
    const control = event.target.closest('[data-press], [data-how=modal], form[method=post] [type=submit]');
    if (control && !event.defaultPrevented && (control.dataset.press || control.dataset.how || shell())) {
      event.preventDefault();
      if (control.ariaDisabled !== 'true' && await agreed(control))
        send(control.form || control.closest('form'), control.dataset.press || control.name, control.innerText || control.value);
      return;
    }
    const link = event.target.closest('a[href]');
    if (link && shell() && !/^#|logout|\?do=/.test(link.getAttribute('href'))) { event.preventDefault(); show(link.href); }
  });

  /* The shell: its frame stands, its content comes later. */
  const draw = async (page) => {
    const content = page.querySelector('template[data-delay]');
    await wait(Number(content.dataset.delay));
    document.querySelector('main').replaceChildren(...[...content.content.cloneNode(true).children], content);
  };
  const show = async (url, options = {}) => {
    document.querySelector('main').replaceChildren(Object.assign(document.createElement('p'), { textContent: '{{ _("Loading...") }}' }), shell());
    const answer = await fetch(url, options);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    if (!page.querySelector('template[data-delay]')) { location.href = answer.url; return; }
    history.pushState({}, '', answer.url);
    document.title = page.title;
    document.querySelector('nav').replaceWith(page.querySelector('nav'));
    await draw(page);
  };
  addEventListener('popstate', () => location.reload());
  if (shell()) draw(document);
})();
