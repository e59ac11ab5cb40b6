/* The outline of a page: its elements, what they are and how they are drawn, as plain data.
 *
 * The texts are still the page's own here; outline.py keeps of them what the product says, and nothing else. What is not
 * asked for by name here never gets as far as that: no data- attributes, no comments, no scripts, no addresses, no names.
 */
(() => {
  const TEXTS = ['placeholder', 'title', 'alt', 'aria-label'];
  const STATES = ['type', 'role', 'disabled', 'checked', 'readonly', 'required', 'multiple', 'hidden', 'open', 'inert', 'colspan', 'rowspan', 'method',
    'aria-checked', 'aria-disabled', 'aria-hidden', 'aria-expanded', 'aria-modal', 'aria-level', 'aria-selected', 'aria-valuenow'];
  const TIES = ['id', 'for', 'aria-labelledby', 'form'];
  const DROPPED = 'script, style, noscript, template, iframe, object, embed, link, meta, base, input[type=hidden]';
  const BLOCK = /^(DIV|P|H[1-6]|UL|OL|DL|DT|DD|FORM|FIELDSET|SECTION|ARTICLE|ASIDE|NAV|MAIN|HEADER|FOOTER|HR|PRE|BODY|DETAILS|LEGEND|CENTER|ADDRESS|BLOCKQUOTE|FIGURE)$/;
  const USUAL = { TABLE: 'table', TR: 'table-row', TD: 'table-cell', TH: 'table-cell', TBODY: 'table-row-group', THEAD: 'table-header-group',
    TFOOT: 'table-footer-group', CAPTION: 'table-caption', LI: 'list-item', INPUT: 'inline-block', BUTTON: 'inline-block', SELECT: 'inline-block',
    TEXTAREA: 'inline-block', SUMMARY: 'list-item', PROGRESS: 'inline-block', METER: 'inline-block', OPTION: 'block' };
  const styleOf = (e) => {
    const own = getComputedStyle(e), above = e.parentElement ? getComputedStyle(e.parentElement) : null, found = {};
    if (own.display !== (USUAL[e.tagName] || (BLOCK.test(e.tagName) ? 'block' : 'inline'))) found.display = own.display;
    for (const [name, usual] of [['float', 'none'], ['position', 'static'], ['opacity', '1'], ['pointer-events', 'auto'], ['flex-direction', 'row']])
      if (own.getPropertyValue(name) !== usual) found[name] = own.getPropertyValue(name);
    for (const name of ['font-weight', 'font-size', 'visibility', 'cursor'])
      if (!above || own.getPropertyValue(name) !== above.getPropertyValue(name) || /^(H[1-6]|B|STRONG|TH|BUTTON|INPUT|SELECT|TEXTAREA)$/.test(e.tagName)) found[name] = own.getPropertyValue(name);
    if (/grid$/.test(own.display)) found['grid-template-columns'] = own.gridTemplateColumns;
    if (/^(absolute|fixed)$/.test(own.position)) for (const name of ['left', 'top', 'right', 'bottom']) found[name] = own.getPropertyValue(name);
    const box = e.getBoundingClientRect();
    if (box.width <= 1 && box.height <= 1 && own.display !== 'none') Object.assign(found, { width: '1px', height: '1px', overflow: 'hidden' });
    return found;
  };
  const walk = (node) => {
    if (node.nodeType === 3) return node.nodeValue.trim() ? node.nodeValue : ' ';
    if (node.nodeType !== 1 || node.matches(DROPPED)) return null;
    const pick = (names) => Object.fromEntries(names.filter((n) => node.hasAttribute(n)).map((n) => [n, node.getAttribute(n)]));
    const tag = node.tagName.toLowerCase();
    return {
      tag, states: pick(STATES), texts: pick(TEXTS), ties: pick(TIES), classes: [...node.classList], style: styleOf(node),
      link: tag === 'a' && node.hasAttribute('href') ? node.href : '', pressed: node.hasAttribute('onclick'),
      value: tag === 'input' || tag === 'textarea' ? node.value : '', ticked: !!node.checked, chosen: !!node.selected,
      children: tag === 'svg' || tag === 'textarea' ? [] : [...node.childNodes].map(walk).filter((child) => child !== null),
    };
  };
  return { title: document.title, lang: document.documentElement.lang, body: walk(document.body) };
})()
