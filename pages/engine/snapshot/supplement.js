/* What Playwright's accessibility snapshot leaves out, in the order of the document: one entry for an element or a run of text.
 *
 * Text: the snapshot joins what stands on several lines, and tells neither where words stand nor how they are drawn.
 * Elements: it tells no password field from another, and nothing of what a form would send, of a moment behind "5 minutes ago",
 * of what is folded away, greyed out, or drawn over the page. Boxes join both: they are the snapshot's own, rounded alike.
 *
 * Alters nothing. The answer is one text: libraries of old pages teach arrays and objects another JSON.
 */
(() => {
  const out = [];
  const say = (...fields) => { let entry = ''; for (const each of fields) entry += String(each ?? '').replace(/[\x1e\x1f]/g, ' ') + '\x1f'; out.push(entry); };
  const boxOf = (e) => { const b = e.getBoundingClientRect(); return `${Math.round(b.x)},${Math.round(b.y)},${Math.round(b.width)},${Math.round(b.height)}`; };
  /* What can be pressed, filled or ticked, or has a role; and what bounds a part of the page. */
  const TOLD = 'a, button, label, input, select, textarea, summary, progress, meter, iframe, frame, [role], [onclick], [tabindex], [aria-expanded]';
  const BOUNDS = 'form, section, article, aside, nav, main, header, footer, dialog, fieldset, details, table, thead, [role=dialog], [role=alertdialog], [aria-modal=true]';
  const GREY = /(^|[\s_-])(disabled|inactive|gr[ae]y(ed)?([-_ ]?out)?|unavailable|dim(med)?)([\s_-]|$)/i;
  const TITLE = /(^|[-_ ])(title|head(ing|er)?|caption|legend|section[-_]?(name|title|head))([-_ ]|$)/i;
  const ICON = '[aria-hidden=true], mat-icon, i[class*=icon i], span[class*=icon i], i[class*=material i], span[class*=material i]'; /* letters that draw a picture */
  const shown = (e) => {
    if (!e.checkVisibility || !e.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return '';
    const b = e.getBoundingClientRect(); /* neither clipped to a dot nor beyond all scrolling */
    return (b.width > 1 || b.height > 1) && b.right + scrollX > 0 && b.bottom + scrollY > 0 ? 1 : '';
  };
  /* The nearest box, from the element upwards, that is drawn greyed out: a link cannot be disabled. */
  const greyed = (e) => {
    for (let box = e, up = 0; box && box !== document.body && up < 8; box = box.parentElement, up++) {
      const style = getComputedStyle(box), drawnByLabel = box === e && /^(checkbox|radio)$/.test(e.type || ''); /* a switch */
      if (GREY.test(box.getAttribute('class') || '') || box.inert || (!drawnByLabel && parseFloat(style.opacity) <= 0.6) ||
          (box === e && !drawnByLabel && (style.pointerEvents === 'none' || style.cursor === 'not-allowed'))) return boxOf(box);
    }
    return '';
  };
  const sent = (e) => {
    const form = e.form || e.closest('form'), own = [e.getAttribute('name'), e.getAttribute('formaction'), e.getAttribute('href'), e.localName === 'button' ? e.value : ''];
    for (const name in e.dataset || {}) own.push(e.dataset[name]);
    if (form) own.push(form.getAttribute('action'));
    let said = '';
    for (const each of own) if (each && !/\s/.test(each)) said += `${each}\n`;
    return said;
  };
  const tell = (e, block) => {
    let labelled = '', icons = ''; /* a tick box may be drawn by an icon in its label, which has its own mind */
    for (const label of e.labels || []) {
      labelled ||= shown(label);
      if (/^(checkbox|radio)$/.test(e.type)) for (const each of label.querySelectorAll('[class]')) icons += `${each.getAttribute('class')} `;
    }
    const folded = e.localName === 'summary' ? !e.parentElement.open : e.getAttribute('aria-expanded') === 'false' && !e.hasAttribute('aria-haspopup');
    say('e', e.localName, boxOf(e), block, e.type || '', e.getAttribute('role'), e.title, e.placeholder, e.getAttribute('aria-label'), folded ? 1 : '', e.getAttribute('aria-haspopup'),
      e.readOnly ? 1 : '', e.matches(':invalid') ? 1 : '', e.required ? 1 : '', greyed(e), sent(e), e.href, shown(e), labelled, icons, e.onclick || e.hasAttribute('onclick') ? 1 : '', breaks,
      /^(progress|meter)$/.test(e.localName) ? e.value : e.getAttribute('aria-valuenow'));
  };
  let breaks = 0, blocks = 0;
  const walk = (node, block, inline, style, owner) => {
    if (node.nodeType === 3) {
      const text = node.nodeValue.replace(/\s+/g, ' ');
      if (text === ' ' || !text) { if (text) say('t', text, '', block, inline); return; }
      const range = document.createRange();
      range.selectNodeContents(node);
      const timed = owner.closest('[title], time[datetime]');
      say('t', text, boxOf(range), block, inline, breaks, shown(owner), Number(style.fontWeight) >= 600 ? 1 : '', parseFloat(style.fontSize),
        timed ? `${timed.title}\n${timed.getAttribute('datetime') || ''}` : '', TITLE.test(owner.getAttribute('class') || '') ? 1 : '', owner.closest(ICON) ? 1 : '');
      return;
    }
    if (node.nodeType !== 1 || /^(script|style|template|noscript|head|option|svg)$/.test(node.localName)) return;
    if (/^[bh]r$/.test(node.localName)) { breaks++; return; }
    const own = getComputedStyle(node), over = /^(absolute|fixed)$/.test(own.position);
    if (own.display === 'none') return;
    const flows = /^(inline|contents|none|ruby)$/.test(own.display) && own.float === 'none' && !over;
    const bound = over || node.matches(BOUNDS);
    if (bound) say('(', node.localName, boxOf(node), over ? 1 : '', own.position === 'fixed' ? 1 : '');
    if (node.matches(TOLD)) tell(node, over || own.float !== 'none' || !/^(inline|contents)/.test(own.display) ? -1 : block);
    const inner = flows ? block : ++blocks, part = flows ? inline || ++blocks : '';
    const slotted = node.localName === 'slot' ? node.assignedNodes() : [], below = slotted.length ? slotted : node.childNodes;
    for (let i = 0; i < below.length; i++) if (slotted.length || !node.shadowRoot) walk(below[i], inner, part, own, node);
    if (node.shadowRoot) for (let i = 0; i < node.shadowRoot.childNodes.length; i++) walk(node.shadowRoot.childNodes[i], inner, part, own, node);
    if (bound) say(')');
  };
  const style = document.body ? getComputedStyle(document.body) : {};
  say('d', location.href, document.title, document.readyState, performance.timeOrigin, parseFloat(style.fontSize) || 16);
  if (document.body) walk(document.body, 0, '', style, document.body);
  return out.join('\x1e');
})()
