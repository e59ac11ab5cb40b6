/* What a person sees on a page, in reading order; and controls found by the words beside them.
 *
 * One source for two uses: `see()` gives plain data to Python, and the selector engines at the end give Playwright its
 * locators. Both must agree on what a line, a label and a heading are, so they share these functions.
 *
 * Nothing here knows an id, a name attribute or an address of the product. A page is taken as lines of words and
 * controls, as it is drawn: what stands side by side is one line, whatever elements draw it. What is not worded in English
 * is put into English as far as `english` goes, a table of words by their lower-case counterparts in other languages.
 */
((english) => {
  /* ---- 1. words and elements ---- */
  const BUTTON = 'button, summary, input[type=submit], input[type=button], input[type=reset], input[type=image], [role=button]';
  const LINK = 'a[href], [role=link], [role=menuitem], [role=tab], [onclick]:not(:has(a, button, input, select, textarea))';
  const TYPED = 'input:not([type=hidden], [type=submit], [type=button], [type=reset], [type=image], [type=checkbox], [type=radio]),' +
    ' select, textarea, [role=textbox], [role=combobox]';
  const TICKED = 'input[type=checkbox], input[type=radio], [role=checkbox], [role=switch]';
  const FIELD = `${TYPED}, ${TICKED}`;
  const PRESS = `:is(${BUTTON}, ${LINK}):not(${FIELD}, label, body, form, table, tbody, tr)`;
  const CONTROL = `${FIELD}, ${PRESS}`;
  const SILENT = 'script, style, template, noscript, option, head, svg';
  const SCOPE = 'section, article, aside, nav, main, form, fieldset, dialog, [role=dialog], [role=alertdialog], [role=region]';
  const SAVE = /^(save|apply|update|submit|ok)\b/i;

  /* Within one look nothing changes: what has been worked out of an element is kept until the look is over. */
  const kept = [];
  const once = (work) => {
    const known = new Map();
    kept.push(known);
    return (e) => {
      if (!known.has(e)) known.set(e, work(e));
      return known.get(e);
    };
  };
  const look = (at) => (...given) => {
    kept.forEach((known) => known.clear());
    try { return at(...given); } finally { kept.forEach((known) => known.clear()); }
  };

  /* A word ends where letters, digits or a name such as backup.example.com end; a hyphen joins. */
  const FOREIGN = new RegExp(`(?<![\\p{L}\\d]|[\\p{L}\\d][.@-])(?:${Object.keys(english).sort((a, b) => b.length - a.length)
    .map((words) => words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})(?![\\p{L}\\d]|[.@-][\\p{L}\\d])`, 'gu');
  const told = once((text) => {
    let [out, done] = ['', 0];
    for (const found of text.toLowerCase().matchAll(FOREIGN)) {
      out += text.slice(done, found.index) + english[found[0]];
      done = found.index + found[0].length;
    }
    return out + text.slice(done);
  });

  /* What only says where a word may be broken is no part of it. */
  const norm = (text) => (text || '').replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, '').replace(/[\s\u00a0]+/g, ' ').trim();
  const clean = (text) => norm(text).replace(/[\s:*]+$/, '').replace(/^[*]\s*/, '');
  const visible = once((e) => {
    if (!e.checkVisibility || !e.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const box = e.getBoundingClientRect();
    if (box.width <= 1 && box.height <= 1) return false; /* clipped to a dot, for those who cannot see */
    return box.width > 0 && box.height > 0 && box.right + scrollX > 0 && box.bottom + scrollY > 0; /* no scrolling leads beyond */
  });
  /* A person presses a tick box by its drawn label; the input itself may be transparent or have no size. */
  const present = once((e) => visible(e) || (e.matches('input[type=checkbox], input[type=radio], input[type=file]') &&
    [...(e.labels || [])].some(visible)));
  const all = (box, query) => [...box.querySelectorAll(query)].filter(present);
  const follows = (a, b) => !!(a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING);
  const isBold = (e) => Number(getComputedStyle(e).fontWeight) >= 600;
  const isBlock = once((e) => !/^(inline|contents|none|ruby)/.test(getComputedStyle(e).display));
  /* Whether an element is drawn beside the one before it, as cells, columns and floats are, rather than below it. */
  const beside = once((e) => {
    let last = e.previousElementSibling;
    while (last && !visible(last)) last = last.previousElementSibling;
    if (!last) return false;
    const [a, b] = [last.getBoundingClientRect(), e.getBoundingClientRect()];
    return Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5 * Math.min(a.height, b.height);
  });

  /* The moment behind "5 minutes ago", which is shown to who points at it. */
  const momentOf = (e) => {
    if (!e.matches('time[datetime], :is(span, abbr, b, strong, small, em, i, a)[title]') || /: /.test(e.textContent) || !e.firstChild || !/\b(ago|just now|moments?|seconds|today|yesterday)\b/i.test(e.textContent) || e.textContent.length > 40) return '';
    return [e.getAttribute('title'), e.getAttribute('datetime')].map(norm).find((said) => /\d:\d\d/.test(said) && /\d{4}|\d[-/.]\d/.test(said)) || '';
  };

  /* ---- 2. lines: each an array of pieces, {words, parts, at} or {control}; or what `special` puts in an element's place ---- */
  const readLines = (box, special = () => null) => {
    const out = [[]];
    let parts = [];
    const flush = () => {
      const said = norm(parts.map((p) => p.text).join(''));
      if (said) out.at(-1).push({ words: said, at: parts[0].at, parts: parts.map((p) => ({ at: p.at.parentElement, text: norm(p.text) })).filter((p) => p.text) });
      parts = [];
    };
    const newline = () => { flush(); if (out.at(-1).length) out.push([]); };
    const walk = (node, begins = false) => { /* begins: a line that was begun beside it */
      if (node.nodeType === 3) {
        if (!norm(node.nodeValue) && !parts.length) return;
        if (parts.length && parts.at(-1).at.parentElement === node.parentElement) parts.at(-1).text += node.nodeValue;
        else parts.push({ at: node, text: node.nodeValue });
        return;
      }
      if (node.nodeType !== 1 || node.matches(SILENT)) return;
      if (/^[BH]R$/.test(node.tagName)) { newline(); return; }
      if (!present(node)) { /* what is hidden is not read; an element without a box of its own may still hold visible ones */
        if (!node.checkVisibility || node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) ||
            getComputedStyle(node).display === 'contents') [...node.childNodes].forEach((c) => { if (c.nodeType === 1) walk(c); });
        return;
      }
      const cell = isBlock(node) || getComputedStyle(node).float !== 'none';
      const side = cell && beside(node);
      if (cell && !side && !begins && !/^inline/.test(getComputedStyle(node).display)) newline(); else if (cell) flush();
      const instead = special(node);
      const moment = momentOf(node);
      if (moment) parts.push({ at: node.firstChild, text: moment });
      else if (instead) { newline(); out.at(-1).push(instead); newline(); }
      else if (node.matches(CONTROL)) { flush(); out.at(-1).push({ control: node }); }
      else if (node.matches('progress, meter, [role=progressbar]')) { flush(); out.at(-1).push({ bar: node }); }
      else {
        let block = false; /* words after a block begin a line of their own */
        const opening = node.firstElementChild;
        let first = begins || (side && node !== box && !!opening && isBlock(opening) && node.textContent.length < 400 && lines(node).length === 1);
        for (const child of node.childNodes) {
          const own = child.nodeType === 1 && visible(child) && !/^inline/.test(getComputedStyle(child).display) && isBlock(child);
          const floats = child.nodeType === 1 && getComputedStyle(child).float !== 'none';
          if (block && !own && (child.nodeType === 1 ? visible(child) && !beside(child) : norm(child.nodeValue))) { newline(); block = false; }
          walk(child, first);
          if (child.nodeType === 1 ? visible(child) : norm(child.nodeValue)) first = false;
          if (own) block = !floats;
        }
      }
      if (cell) flush();
    };
    walk(box);
    flush();
    return out.filter((line) => line.length);
  };
  const lines = once((box) => readLines(box));
  const wordsOf = (line, andLinks) => norm(line.map((p) => p.words || (andLinks && p.control && kindOf(p.control) === 'link' ? nameOf(p.control) : '')).join(' '));
  /* The words in an element, without those on the controls in it. */
  const words = once((e) => norm(lines(e).map((line) => wordsOf(line, false)).join(' ')));
  const text = once((e) => norm(lines(e).map((line) => wordsOf(line, true)).join(' ')));

  /* ---- 3. controls ---- */
  const byId = (ids) => norm((ids || '').split(/\s+/).map((id) => (document.getElementById(id) || {}).textContent || '').join(' '));
  const kindOf = (e) => {
    const role = e.getAttribute('role');
    if (role && /^(button|link|menuitem|tab|textbox|combobox|checkbox|switch)$/.test(role))
      return { menuitem: 'link', tab: 'link', textbox: 'text', combobox: 'select', switch: 'checkbox' }[role] || role;
    if (/^(BUTTON|SUMMARY)$/.test(e.tagName)) return 'button';
    if (e.tagName === 'SELECT') return 'select';
    if (e.tagName === 'TEXTAREA') return 'text';
    if (e.tagName !== 'INPUT') return 'link';
    if (/^(submit|button|reset|image)$/.test(e.type)) return 'button';
    return /^(checkbox|radio|password|file)$/.test(e.type) ? e.type : 'text';
  };
  /* The words on a control, without a symbol before or after them: those that are seen, else those for people who cannot see. */
  const nameOf = once((e) => {
    const said = captionOf(e);
    return said.replace(/^[^\p{L}\p{N}\p{P}]+\s*(?=\S)|(?<=\S)\s*[^\p{L}\p{N}\p{P}]+$|^[\u203a\u00bb\u2022]\s+|\s+[\u203a\u00bb\u2026]$/gu, '').trim() || said;
  });
  const captionOf = (e) => {
    if (e.type === 'image') return norm(e.alt || e.title || e.getAttribute('aria-label') || e.value);
    if (e.tagName === 'INPUT') return norm(e.value || e.alt || e.getAttribute('aria-label') || e.title || (e.type === 'submit' ? 'Submit' : ''));
    const icons = [...e.querySelectorAll('[aria-hidden=true], mat-icon, :is(i, span)[class*=icon i], :is(i, span)[class*=material i]')].map((i) => i.innerText).filter(norm);
    const shown = norm(icons.reduce((said, icon) => said.replace(icon, ' '), e.innerText || ''));
    return (/[\p{L}\p{N}]/u.test(shown) && shown) || byId(e.getAttribute('aria-labelledby')) || norm(e.getAttribute('aria-label')) || norm(e.innerText) ||
      norm([...e.querySelectorAll('img[alt]')].map((i) => i.alt).join(' ')) || norm(e.title);
  };
  /* Greyed out: disabled, or drawn so, since a link cannot be disabled; a greyed-out row or item greys out what stands in it. */
  const enabled = once((e) => {
    if (e.matches(':disabled') || e.closest('[aria-disabled=true], [inert]')) return false;
    const grey = /(^|[\s_-])(disabled|inactive|gr[ae]y(ed)?([-_ ]?out)?|unavailable|dim(med)?)([\s_-]|$)/i;
    const item = itemOf(e);
    for (let box = e; box && box !== document.body; box = box.parentElement) {
      const drawnByLabel = box === e && e.matches(TICKED) && !visible(e); /* a switch: its own box is transparent on purpose */
      if (grey.test(box.getAttribute('class') || '') || (!drawnByLabel && parseFloat(getComputedStyle(box).opacity) <= 0.6)) return false;
      if (box === item || (!item && box !== e)) break;
    }
    const style = getComputedStyle(e);
    return style.pointerEvents !== 'none' && style.cursor !== 'not-allowed';
  });
  const valueOf = (e, kind) => {
    if (kind === 'password') return e.value ? '********' : '';
    if (kind === 'select' && e.selectedOptions) return norm([...e.selectedOptions].map((o) => o.text).join(', '));
    return kind === 'file' ? '' : e.value !== undefined ? e.value : text(e);
  };

  /* ---- 4. labels: what the words beside a field call it, nearest first ---- */
  const near = (line, field) => {
    const row = line.filter((p) => clean(p.words) || (p.control && p.control.matches(FIELD)));
    const at = row.findIndex((p) => p.control === field);
    const [before, after] = [(row[at - 1] || {}).words, (row[at + 1] || {}).words];
    if (!field.matches(TICKED)) return [before];
    /* Words before tick boxes, or after them: the first piece of the line tells which. Where words stand at both ends,
       those before one single box are its label if they say so by a colon; else they introduce what follows. */
    const [begins, ends] = [!!row[0].words, !!row.at(-1).words];
    if (begins && ends) {
      const single = row.filter((p) => p.control).length === 1;
      return single && /[:?]$/.test(before) ? [before, after] : single ? [after, before] : [after];
    }
    return begins ? [before] : [after];
  };
  /* The row that names a table's columns: one of head cells; or, of three columns and more, the first if it alone is bold. */
  const headRow = once((table) => {
    const several = [...table.rows].filter((row) => row.cells.length > 1);
    const headed = several.find((row) => [...row.cells].every((c) => c.tagName === 'TH'));
    const innermost = (e) => (e.children.length === 1 && norm(e.firstElementChild.textContent) === norm(e.textContent) ? innermost(e.firstElementChild) : e);
    const bold = (row) => [...row.cells].every((c) => norm(c.textContent) && !c.querySelector(CONTROL) && isBold(innermost(c)));
    const [first, second] = several;
    const drawn = second && first.cells.length > 2 && first.cells.length === second.cells.length && bold(first) && !bold(second);
    return headed || (drawn ? first : null);
  });
  const columnHead = once((cell) => {
    const table = cell.closest('table');
    const head = table && headRow(table);
    return head && !head.contains(cell) && head.cells[cell.cellIndex] && head.cells.length === cell.parentElement.cells.length ? head.cells[cell.cellIndex] : null;
  });
  const labelsOf = once((field) => {
    const found = [[...(field.labels || [])].map(words).join(' '), byId(field.getAttribute('aria-labelledby')), field.getAttribute('aria-label')];
    if (field.matches('[role=checkbox], [role=switch]')) found.push(norm(field.innerText));
    const cell = field.closest('td');
    const head = cell && columnHead(cell);
    if (head && head.parentElement.cells.length > 2) found.push(words(head)); /* a list, not a form of two columns */
    for (let box = field.parentElement, last = field; box; last = box, box = box.parentElement) {
      const read = lines(box);
      const at = read.findIndex((line) => line.some((p) => p.control === field));
      const nearest = at >= 0 ? near(read[at], field).filter((said) => clean(said)) : [];
      const begins = at > 0 && read[at][0].control === field && !read[at].slice(1).some((p) => p.control); /* a hint may follow it */
      if (nearest.length) found.push(...nearest);
      else if (begins && read[at - 1].length === 1 && clean(read[at - 1][0].words).length <= 80) found.push(read[at - 1][0].words);
      const beforeGroup = last.previousElementSibling; /* the words beside several fields name their group */
      if (beforeGroup && all(last, FIELD).length > 1 && !all(beforeGroup, FIELD).length && clean(words(beforeGroup)).length <= 80) found.push(words(beforeGroup));
      if (box.matches(`${SCOPE}, body`) || !box.parentElement) break;
    }
    const group = field.closest('fieldset');
    if (group && all(group, FIELD).length === 1 && group.querySelector('legend')) found.push(words(group.querySelector('legend')));
    found.push(field.getAttribute('placeholder'), field.getAttribute('title')); /* the last resort, after a group's words */
    return [...new Set(found.map(clean).filter(Boolean))];
  });

  /* ---- 5. headings, and the part of the page that each governs ---- */
  /* A table of one cell is a box round something, and its row is none. */
  const wraps = (table) => !!table && table.rows.length === 1 && table.rows[0].cells.length === 1;
  /* A table's row is data, unless it only lays out the page: then its cells are walked like any other boxes. */
  const isData = once((row) => !wraps(row.closest('table')) && ![...row.cells].some((c) =>
    [...c.querySelectorAll('table, dl, fieldset, section, article, h1, h2, h3, h4, h5, h6, [role=heading], hr, nav')].some((x) => !x.rows || !wraps(x) || norm(x.textContent).length > 120 || x.querySelectorAll(PRESS).length > 1) ||
    c.querySelectorAll(TYPED).length > 1 || (row.cells.length < 3 && [...c.querySelectorAll('div, p, b, strong, td')].some((x) => / :: /.test(x.textContent) && rank(x)))));
  const edge = (node, step) => { /* whether a line ends beside this node */
    let n = node[step];
    while (n && (n.nodeType === 8 || (n.nodeType === 3 && !norm(n.nodeValue)) || (n.nodeType === 1 && n.matches('script, style, a[name]:empty')))) n = n[step];
    const own = isBlock(node) && !/^inline/.test(getComputedStyle(node).display) && getComputedStyle(node).float === 'none';
    if (n && own && (n.nodeType === 3 || !isBlock(n))) return true;
    if (!n) return node.parentElement === document.body || isBlock(node.parentElement) || edge(node.parentElement, step);
    if (n.nodeType === 3) return false;
    return /^[BH]R$/.test(n.tagName) || (isBlock(n) && !/^inline/.test(getComputedStyle(n).display) && !(step === 'nextSibling' ? beside(n) : beside(node)));
  };
  const spans = (e) => e.parentElement.cells && e.parentElement.cells.length === 1 && e.closest('table').rows.length > 1;
  /* 1 to 6 as in HTML, 7 inside a group or table, between 7 and 9 if only drawn: the larger the letters, the smaller; 0: none. */
  const rank = once((e) => {
    if (/^H[1-6]$/.test(e.tagName)) return Number(e.tagName[1]);
    if (e.getAttribute('role') === 'heading') return Number(e.getAttribute('aria-level') || 2);
    if (/^(LEGEND|CAPTION|SUMMARY)$/.test(e.tagName) || (e.tagName === 'TH' && spans(e))) return 7;
    return looksLikeHeading(e) ? 7 + 20 / (parseFloat(getComputedStyle(e).fontSize) + 11) : 0;
  });
  /* Many pages only draw their headings: a short line that stands alone, bold, larger than the rest, or called a title. */
  const looksLikeHeading = once((e) => {
    if (!/^(DIV|P|SPAN|B|STRONG|TD|FONT|CENTER)$/.test(e.tagName) || e.closest('nav, label, button, th, a[href], li, dt, [role=navigation], [role=tablist], [role=menubar]')) return false;
    const said = norm(e.textContent);
    if (said.length < 3 || said.length > 80 || e.querySelector('*:not(b, strong, span, font, i, em, br, a, u)') || e.querySelector(CONTROL)) return false;
    const box = e.parentElement;
    if (box !== document.body && norm(box.textContent) === said && !(box.tagName === 'TD' && box.parentElement.cells.length > 1) && looksLikeHeading(box)) return false; /* the outermost counts */
    if (besideWords(e, said)) return false;
    const row = e.closest('tr');
    if (row && row.cells.length > 1 && isDataCell(e)) return false;
    if (e.tagName === 'TD' && row.cells.length > 1) return false;
    if (!edge(e, 'previousSibling') || !edge(e, 'nextSibling')) return false;
    if (/\S :: \S/.test(said)) return true;
    const inner = e.firstElementChild && norm(e.firstElementChild.textContent) === said ? e.firstElementChild : e;
    const style = getComputedStyle(inner);
    const drawn = isBold(inner) || parseFloat(style.fontSize) >= 1.2 * parseFloat(getComputedStyle(document.body).fontSize) ||
      /(^|[-_ ])(title|head(ing|er)?|caption|legend|section[-_]?(name|title|head))([-_ ]|$)/i.test(e.className);
    return drawn && !/[.!?]$/.test(said) && !/^[\W\d]/.test(said) && !captions(e);
  });
  /* Whether it alone fills a box that is drawn before another, with words or a field in it: a label beside its value. */
  const besideWords = (e, said) => {
    let box = e;
    while (box.parentElement && box.parentElement !== document.body && norm(box.parentElement.textContent) === said) box = box.parentElement;
    const next = box.nextElementSibling;
    return box !== e && !!next && visible(next) && beside(next) && (!!words(next) || !!next.querySelector(FIELD)) &&
      box.parentElement.children.length === 2 && !all(next, PRESS).some((c) => kindOf(c) === 'button');
  };
  const isDataCell = (e) => { const c = e.closest('td, th'); return c && !c.querySelector('table, dl, fieldset, section, h1, h2, h3, h4, form, p, div'); };
  /* Whether a bold line only names the one field below it, or is one of several labels that each stand above a value. */
  const captions = (e) => {
    let next = e.nextSibling;
    while (next && (/^BR$/.test(next.tagName) || (next.nodeType !== 1 && !norm(next.nodeValue)))) next = next.nextSibling;
    if (!next || next.nodeType !== 1) return false;
    const fields = next.matches(FIELD) ? [next] : all(next, FIELD);
    if (fields.length === 1 && !clean(words(next)) && !all(next, PRESS).length) return !(fields[0].labels || []).length && !fields[0].matches('[aria-label], [aria-labelledby]');
    const box = e.parentElement;
    return box.children.length === 2 && !next.querySelector(CONTROL) && lines(next).length === 1 && alike(box).length > 0;
  };
  const scopeOf = (e) => {
    if (e.tagName === 'LEGEND') return e.closest('fieldset') || document.body;
    if (e.tagName === 'SUMMARY') return e.closest('details') || document.body;
    if (/^(CAPTION|TH|TD)$/.test(e.tagName) && e.closest('table').rows.length > 1) return e.closest('table');
    return (e.parentElement.closest(SCOPE)) || document.body;
  };
  const headings = once(() => {
    const found = [];
    for (const e of document.body.querySelectorAll('*')) {
      const r = visible(e) ? rank(e) : 0;
      const said = r ? clean(words(e)) || norm(e.innerText) : '';
      if (said) found.push({ element: e, rank: r, text: said, scope: scopeOf(e) });
      else if (e.matches('section[aria-label], fieldset[aria-label], [role=region][aria-label], [role=group][aria-label], form[aria-label], dialog[aria-label], [role=dialog][aria-label]') && visible(e))
        found.push({ element: e, rank: 6, text: norm(e.getAttribute('aria-label')), scope: e });
    }
    return found;
  });
  /* The headings that govern an element, outermost first: a table of contents, read backwards. */
  const governing = (e, found) => {
    const path = [];
    const least = new Map(); /* a heading inside a group or table ends none outside */
    for (const h of [...found].reverse()) {
      if (h.element === e || !(h.element.contains(e) || follows(h.element, e)) || !h.scope.contains(e)) continue;
      const group = h.scope.matches('fieldset, table, details') ? h.scope : document.body;
      if (h.rank < (least.get(group) || 99)) { path.unshift(h.text); least.set(group, h.rank); }
    }
    for (let cell = (e.nodeType === 1 ? e : e.parentElement).closest('td'); cell; cell = cell.parentElement.closest('td')) {
      const head = columnHead(cell);
      if (head && norm(head.innerText)) path.push(clean(words(head)));
    }
    return path;
  };

  /* ---- 6. what belongs together ---- */
  /* The siblings built like this one: the other items of the list in which it stands. */
  const alike = once((e) => {
    const shape = (x) => x.tagName + (/^(LI|TR|ARTICLE)$/.test(x.tagName) ? '' : norm((x.getAttribute('class') || '').split(/\s+/).filter((c) => !/^(odd|even|alt|first|last|active|.*(disabled|gr[ae]y|unavailable|inactive|muted|dim).*)$/i.test(c)).join(' ')));
    const named = !!(e.getAttribute('class') || '').trim() || e.tagName === 'LI';
    return [...(e.parentElement || { children: [] }).children].filter((x) => x !== e && visible(x) && shape(x) === shape(e) &&
      (named || x.children.length >= 1 && e.children.length >= 1 && x.children[0].tagName === e.children[0].tagName) && words(x));
  });
  /* The item of a list to which a control belongs: a row, a list item, or a box among boxes like it. */
  const itemOf = once((e) => {
    const name = norm(nameOf(e)).split(' ').slice(0, 2).join(' ').toLowerCase();
    const same = (box) => all(box, PRESS).filter((c) => nameOf(c).toLowerCase().startsWith(name) && !inProse(c)).length;
    for (let box = e.parentElement; box && box !== document.body && same(box) <= 1; box = box.parentElement) {
      if (box.matches('td, th, tbody, form') || (box.tagName !== 'DD' && !words(box))) continue; /* a DD has the words of its term */
      if (box.tagName === 'TR' && !isData(box)) return null;
      const table = box.tagName === 'TR' && box.closest('table');
      if (table && [...table.rows].every((row) => row.cells.length === 1) && table.rows.length === 2 && alike(table).length) continue; /* a title, and what stands below it */
      if (box.matches('tr, li, dd, article, [role=row], [role=listitem]') || alike(box).length) return box;
    }
    return null;
  });
  /* The words of a line and those on its links, piece by piece. */
  const piecesOf = (line) => line.filter((p) => p.words || (p.control && kindOf(p.control) === 'link')).map((p) => p.words || nameOf(p.control));
  const sayingOf = (read) => read.flatMap(piecesOf).map(norm).filter(Boolean);
  const saying = (box) => sayingOf(lines(box));
  /* All that an item says: what a list of definitions tells of a term belongs to the term. */
  const itemSays = (item) => {
    let term = item.tagName === 'DD' && item.previousElementSibling;
    while (term && term.tagName === 'DD') term = term.previousElementSibling;
    return [...(term && term.tagName === 'DT' ? saying(term) : []), ...saying(item)];
  };
  /* A row that only its place draws: in the columns of the line above it, with a version in it, and no label of one. */
  const inColumns = (line, above) => {
    const [own, over] = [line, above].map((l) => l.filter((p) => p.words || p.control).map((p) => (p.control || p.at.parentElement).getBoundingClientRect().left));
    return Math.min(own.length, over.length) > 1 && [0, 1].every((i) => Math.abs(own[i] - over[i]) <= 1) && /\d\.\d/.test(wordsOf(line, true)) &&
      !/^(version|build|release(d| date)?|published|type|size|date|status|actions?|description|notes?)\b *:?$/i.test(told(line[0].words || ''));
  };
  /* The words that belong to one of several like controls: those of its item; else those since the last control or heading. */
  const blockOf = once((e) => {
    const item = itemOf(e);
    const own = nameOf(e);
    if (item) {
      const read = lines(item);
      const at = read.findIndex((line) => line.some((p) => p.control === e));
      return (at > 0 && inColumns(read[at], read[at - 1]) ? sayingOf([read[at]]) : itemSays(item)).filter((line) => line !== own);
    }
    const title = (x) => (/^H[1-4]$|^LEGEND$/.test(x.tagName) && !/\d\.\d/.test(x.textContent) || / :: /.test(x.textContent) && rank(x) ? { end: x } : null);
    const said = [];
    let above = [];
    for (const line of readLines(document.body, title)) {
      if (line.some((p) => p.control === e) && inColumns(line, above)) said.length = 0;
      above = line;
      for (const p of line) {
        if (p.control === e) return said;
        if (p.end || (p.control && kindOf(p.control) !== 'link') || (p.control && nameOf(p.control) === own)) said.length = 0;
        else said.push(p.words || (p.control ? nameOf(p.control) : ''));
      }
    }
    return said;
  });
  const others = (e) => { 
    const item = itemOf(e);
    const like = !item ? [] : item.tagName === 'DD' ? [...item.parentElement.children].filter((x) => x !== item && x.tagName === 'DD' && visible(x)) : alike(item);
    return like.filter((x) => !all(x, PRESS).some((c) => nameOf(c) === nameOf(e))).map(itemSays);
  };
  /* The form of a field as a person sees it: the smallest box around it in which something can be saved. */
  const formOf = once((field) => {
    let box = field.parentElement;
    while (box && !all(box, PRESS).some((c) => SAVE.test(told(nameOf(c))))) box = box.parentElement;
    return box;
  });
  /* A menu: what is marked as one, or three and more links with hardly a word between them. Neither a trail nor a footer is. */
  const menuOf = once((e) => {
    if (e.closest('footer, [role=contentinfo], [id*=footer i], [class*=footer i], [class*=crumb i], [aria-label*=crumb i]')) return null;
    if (e.closest('table') && e.closest('tr') && e.closest('tr').querySelector(FIELD)) return null;
    const marked = e.closest('nav, [role=navigation], [role=menubar], [role=menu], [role=tablist]');
    if (marked) return marked;
    for (let box = e.parentElement; box && box !== document.body; box = box.parentElement) {
      if (box.querySelector(FIELD)) return null;
      const between = words(box);
      if (/[>»›]/.test(between)) return null;
      const number = all(box, PRESS).length;
      if (number >= 3 && between.length <= 10 * number) return box;
      if (number >= 1 && /(^|[\s_-])(nav\w*|menu|(sub)?tabs?|sidebar)([\s_-]|$)/i.test(`${box.className} ${box.id}`)) return box;
    }
    return null;
  });
  /* An entry of a menu without the number of things behind it. */
  const uncounted = (name) => name.replace(/(?<=\p{L})\s*[([]?\d+[)\]]?$/u, '');
  const inProse = (e) => { /* a link in the middle of a sentence */
    let box = e.parentElement;
    while (box && !isBlock(box)) box = box.parentElement;
    const line = box && lines(box).find((l) => l.some((p) => p.control === e));
    return kindOf(e) === 'link' && !!line && wordsOf(line, false).split(' ').length > 2;
  };
  /* Boxes drawn over the page, or a dialog in it. */
  const BOX = 'dialog[open], [role=dialog], [role=alertdialog], [aria-modal=true], [class*=modal i], [class*=dialog i], [class*=popup i], [class*=overlay i], [class*=lightbox i], [class*=confirm i]';
  const modals = () => {
    const found = all(document.body, BOX).filter((e) => !e.matches(PRESS) && text(e) && e.querySelector(PRESS) &&
      (e.matches('dialog, [role=dialog], [role=alertdialog], [aria-modal=true]') || [e, ...ancestors(e)].some((x) => /^(fixed|absolute)$/.test(getComputedStyle(x).position))));
    return found.filter((e) => !found.some((x) => x !== e && x.contains(e)));
  };
  function* ancestors(e) {
    for (let box = e.parentElement; box && box !== document.body; box = box.parentElement) yield box;
  }

  /* What a control would send, as far as its own names and addresses tell. */
  const sentBy = (e) => {
    const form = e.form || e.closest('form');
    const own = ['name', 'formaction', 'href'].map((name) => e.getAttribute(name));
    return [...own, e.localName === 'button' ? e.value : '', ...Object.values(e.dataset || {}), form && form.getAttribute('action')].filter((each) => each && !/\s/.test(each));
  };
  /* What is drawn over the middle of an element, in its own words; "" where nothing is. */
  const overOf = (e) => {
    const box = e.getBoundingClientRect();
    let top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    if (!top || e.contains(top) || top.contains(e)) return null;
    while (top.parentElement && !top.parentElement.contains(e)) top = top.parentElement;
    return top;
  };
  const coverOf = (e) => {
    const top = overOf(e);
    return top ? [top.innerText, top.placeholder, top.value, `<${top.localName}>`].map(norm).find((said) => said).slice(0, 200) : '';
  };

  /* ---- 7. one look ---- */
  /* What is typed into a field stays as it is. */
  const inEnglish = (item) => Object.fromEntries(Object.entries(item).map(([key, said]) =>
    [key, /^(what|kind|href)$/.test(key) || (item.kind && key === 'value') ? said : worded(said)]));
  const worded = (said) => (typeof said === 'string' ? told(said) : Array.isArray(said) ? said.map(worded) :
    said && typeof said === 'object' ? inEnglish(said) : said);
  const pairIn = (said) => said.match(/^([^:]{2,60}?)\s*:\s+(\S.*)$/);
  /* The labelled values of a line: side by side, or told by a colon, or by two elements of which the first is the label. */
  const pairsOf = (line) => {
    if (line.some((p) => p.control && p.control.matches(FIELD))) return [];
    const said = piecesOf(line);
    if (said.length === 1) {
      const parts = line.find((p) => p.words || p.control).parts || [];
      if (parts.length > 1 && /:$/.test(parts[0].text)) return [[parts[0].text, parts.slice(1).map((p) => p.text).join(' ')]];
      const found = pairIn(said[0]);
      if (found) return [[found[1], found[2]]];
      if (parts.length === 2 && parts[0].at !== parts[1].at && !parts[0].at.contains(parts[1].at) && !parts[1].at.contains(parts[0].at)) return [[parts[0].text, parts[1].text]];
      if (parts.length > 1 && /^\p{L}.{0,59}$/u.test(parts[0].text) && !/[.!?]$/.test(said[0]) && !parts[0].at.closest('dd') && isBold(parts[0].at) && !parts.slice(1).some((p) => isBold(p.at))) return [[parts[0].text, parts.slice(1).map((p) => p.text).join(' ')]];
      return [];
    }
    const entry = (line.filter((p) => p.words || p.control).at(-1) || {}).control; /* the tab that is open, beside another one, is no label */
    if (said.length === 2) return said[0].length <= 80 && !(entry && menuOf(entry) && !/:$/.test(said[0])) ? [[said[0], said[1]]] : [];
    const labels = said.filter((_, i) => i % 2 === 0);
    if (said.length % 2 === 0 && labels.every((label) => /:$/.test(label))) return labels.map((label, i) => [label, said[2 * i + 1]]);
    return pairIn(`${said[0]} ${said.slice(1).join(' ')}`) && /:$/.test(said[0]) ? [[said[0], said.slice(1).join(' ')]] : [];
  };
  /* The foot of the whole page: its version may be anybody's. */
  const inFoot = (e) => {
    const foot = (e.nodeType === 1 ? e : e.parentElement).closest('footer, [role=contentinfo], #footer, .footer');
    return !!foot && !foot.parentElement.closest('main, section, article, form, dialog, [role=main], [role=dialog]');
  };
  const see = () => {
    const found = document.body ? headings() : [];
    const heads = new Map(found.map((h) => [h.element, h]));
    const items = [];
    const add = (e, item) => items.push({ under: governing(e, found), ...item });
    const control = (e) => {
      const kind = kindOf(e);
      const item = { what: 'control', kind, enabled: enabled(e), under: governing(e, found) };
      if (kind === 'button' || kind === 'link') {
        const menu = !!menuOf(e);
        Object.assign(item, { name: menu ? uncounted(nameOf(e)) : nameOf(e), href: e.href || '', menu });
        if (e.matches('[aria-expanded=false]:not([aria-haspopup]), details:not([open]) > summary') && !menu) item.folded = true;
        if (/install/i.test(told(item.name))) Object.assign(item, { block: blockOf(e), others: others(e), prose: inProse(e) });
        return item;
      }
      const [name, ...outer] = labelsOf(e);
      Object.assign(item, { name: name || '', outer, readonly: !!e.readOnly });
      if (kind === 'checkbox' || kind === 'radio') {
        const form = formOf(e);
        item.checked = e.getAttribute('role') ? e.getAttribute('aria-checked') === 'true' : !!e.checked;
        item.form = form ? [...saying(form), ...all(form, TYPED).map((f) => valueOf(f, kindOf(f)))].filter(Boolean) : [];
      } else item.value = valueOf(e, kind);
      return item;
    };
    const pair = (e, label, value) => { if (clean(label) && norm(value) && !inFoot(e)) add(e, { what: 'pair', label: clean(label), value: norm(value) }); };
    const row = (tr) => {
      let cells = [...tr.cells];
      let said = cells.map(text);
      const table = tr.closest('table');
      const heads = headRow(table);
      const head = tr === heads || (cells.length > 1 && cells.every((c) => c.tagName === 'TH'));
      const controls = all(tr, CONTROL).map(control);
      add(tr, { what: 'row', cells: said, head, controls });
      items.push(...controls);
      if (head) return;
      const rows = [...table.rows];
      /* columns of nothing but a gap, a colon or a sign for help */
      const spacer = (i) => !heads && rows.every((r) => r.cells.length !== tr.cells.length || (/^[:?*]?$/.test(text(r.cells[i])) && !r.cells[i].querySelector(FIELD)));
      if (cells.length > 2 && cells.some((_, i) => spacer(i))) [cells, said] = [cells, said].map((each) => each.filter((_, i) => !spacer(i)));
      if (heads && rows.filter((r) => r.cells.length === heads.cells.length).length === 2 && cells.length === heads.cells.length)
        cells.forEach((c, i) => pair(tr, text(heads.cells[i]), said[i])); /* a list of one */
      else if (cells.length === 1) lines(tr).forEach((line) => { pairsOf(line).forEach((p) => pair(tr, ...p)); if (wordsOf(line, true)) add(tr, { what: tr.querySelector(FIELD) ? 'label' : 'text', text: wordsOf(line, true) }); });
      else if (cells.length === 2 && !tr.querySelector(FIELD)) {
        if (said[0]) pair(tr, said[0], said[1]); else if (said[1]) add(tr, { what: 'text', text: said[1] });
        if (lines(cells[1]).length > 1) lines(cells[1]).forEach((line) => pairsOf(line).forEach((p) => pair(tr, ...p)));
      } else if (cells.length % 2 === 0 && cells.every((c, i) => i % 2 || c.tagName === 'TH' || /:$/.test(said[i])) && !tr.querySelector(FIELD))
        said.forEach((label, i) => { if (i % 2 === 0) pair(tr, label, said[i + 1]); });
    };
    const special = (e) => (heads.has(e) && heads.get(e).rank !== 6 | /^H6$/.test(e.tagName) ? { heading: heads.get(e) } :
      e.tagName === 'TR' && isData(e) && norm(e.textContent + [...e.querySelectorAll('input')].map((i) => i.value).join('')) ? { row: e } : null);
    const read = document.body ? readLines(document.body, special) : [];
    read.forEach((line, i) => {
      const [first] = line;
      if (first.row) return row(first.row);
      if (first.heading) {
        const e = first.heading.element;
        if (e.tagName === 'SUMMARY') items.push(control(e));
        add(e, { what: 'heading', rank: first.heading.rank, text: first.heading.text });
        return all(e, CONTROL).forEach((c) => items.push(control(c)));
      }
      const fields = line.some((p) => p.control && p.control.matches(FIELD));
      const at = (line.find((p) => p.words) || {}).at || (first.control || first.bar);
      pairsOf(line).forEach((p) => pair(at, ...p));
      const below = read[i + 1];
      if (line.length === 1 && first.words && first.words.length <= 60 && !pairsOf(line).length && below && !pairsOf(below).length && !below[0].row && !below[0].heading && (below[0].words || below[0].control) &&
          stacked(first.at, below[0].at || below[0].control) && !below.some((p) => p.control && p.control.matches(FIELD))) pair(first.at, first.words, wordsOf(below, true));
      /* a line of nothing but links and buttons is no prose */
      if (wordsOf(line, false)) add(at, { what: fields ? 'label' : inFoot(at) ? 'foot' : 'text', text: wordsOf(line, true) });
      for (const p of line) {
        if (p.control) items.push(control(p.control));
        if (p.bar) add(p.bar, { what: 'progress', text: norm(p.bar.innerText) || p.bar.getAttribute('aria-valuenow') || String(p.bar.value ?? '') });
      }
    });
    /* a heading that is followed by one line only may also be the label above a value */
    for (const h of found) {
      const e = h.element;
      if (e.parentElement && e.parentElement.children.length === 2 && e.nextElementSibling && lines(e.nextElementSibling).length === 1 && !e.nextElementSibling.querySelector(CONTROL))
        pair(e, h.text, text(e.nextElementSibling));
    }
    const menu = new Set(items.filter((item) => item.menu).map((item) => item.name));
    const trail = (item) => item.what === 'pair' && menu.has(item.label) && menu.has(item.value.replace(/^[\/>\u00bb\u203a|]\s*/, '')); /* where one is, drawn as two words */
    return {
      url: location.href, title: told(document.title), ready: document.readyState, stamp: performance.timeOrigin, modal: modals().map(text).map(told), items: items.filter((item) => !trail(item)).map(inEnglish),
    };
  };
  /* A label above its value: a term and its description, or the only two lines of a box. */
  const stacked = (a, b) => {
    const element = (n) => (n.nodeType === 1 ? n : n.parentElement);
    const term = element(a).closest('dt');
    if (term) return !!element(b).closest('dd') && term.nextElementSibling === element(b).closest('dd');
    let [x, y] = [a, b];
    while (x.parentElement && !x.parentElement.contains(b)) x = x.parentElement;
    while (y.parentElement && y.parentElement !== x.parentElement) y = y.parentElement;
    return x !== y && x.nodeType === 1 && y.nodeType === 1 && x.parentElement === y.parentElement && x.parentElement.children.length === 2 && isBlock(x) && lines(y).length === 1 &&
      text(x.parentElement) === norm(`${text(x)} ${text(y)}`);
  };

  /* ---- 8. selector engines ---- */
  const matcher = (selector) => {
    const found = selector.match(/^\/(.*)\/(\w*)$/s);
    const wanted = found ? new RegExp(found[1], found[2]) : { test: (s) => s.toLowerCase() === selector.toLowerCase() };
    return { test: (s) => wanted.test(s) || wanted.test(told(s)) };
  };
  const inside = (root, query) => {
    const found = all(root.querySelectorAll ? root : document, query);
    return root.matches && root.matches(query) ? [root, ...found] : found;
  };
  /* Fields whose nearest words match; only where there is none, those whose further words do. */
  const labelled = (root, query, wanted) => {
    const found = inside(root, query).map((e) => [e, labelsOf(e)]);
    const first = found.filter(([, labels]) => labels.length && wanted.test(labels[0]));
    return (first.length ? first : found.filter(([, labels]) => labels.some((label) => wanted.test(label)))).map(([e]) => e);
  };
  /* What folds a section, and a link in a sentence, only speak of the button that has the same words; of several buttons none is picked. */
  const preferred = (found) => [(e) => e.tagName !== 'SUMMARY', (e) => kindOf(e) === 'button', (e) => !inProse(e)]
    .reduce((left, better) => (left.length > 1 && left.some(better) ? left.filter(better) : left), found);
  const engines = {
    /* field: what is typed into or selected from, by the words beside it */
    field: (root, wanted) => labelled(root, TYPED, wanted),
    /* tick: what is ticked, by the words beside it */
    tick: (root, wanted) => labelled(root, TICKED, wanted),
    /* press: buttons and links with these words on them */
    press: (root, wanted) => preferred(inside(root, PRESS).filter((e) => wanted.test(nameOf(e)))),
    /* named: all of them but links in a sentence, for what tells them apart otherwise */
    named: (root, wanted) => inside(root, PRESS).filter((e) => wanted.test(nameOf(e)) && !inProse(e)),
    /* under: every control that stands under a heading with these words */
    under: (root, wanted) => {
      const found = headings();
      return inside(root, CONTROL).filter((e) => governing(e, found).some((h) => wanted.test(h)) || (e.matches(FIELD) && labelsOf(e).slice(1).some((l) => wanted.test(l))));
    },
    /* beside: buttons and links to whose own item a line with these words belongs */
    beside: (root, wanted) => inside(root, PRESS).filter((e) => blockOf(e).some((line) => wanted.test(line))),
    /* formof: the smallest box around such a tick box in which something can be saved */
    formof: (root, wanted) => [...new Set(labelled(root, TICKED, wanted).filter(enabled).map(formOf).filter(Boolean))],
    /* modal: boxes that are drawn over the page and say this */
    modal: (root, wanted) => modals().filter((e) => wanted.test(text(e))),
    /* sends: what was found itself, if it would send this */
    sends: (root, wanted) => (sentBy(root).some((each) => wanted.test(each)) ? [root] : []),
    /* covered: what was found itself, if something that says this is drawn over it */
    covered: (root, wanted) => (wanted.test(coverOf(root)) ? [root] : []),
    /* over: what is drawn over what was found */
    over: (root) => [overOf(root)].filter(Boolean),
    /* around: the smallest box with words in which what was found stands beside such a button or link */
    around: (root, wanted) => {
      for (let box = root.parentElement; box; box = box.parentElement)
        if (/\?|\S \S/.test(words(box)) && inside(box, PRESS).some((e) => e !== root && wanted.test(nameOf(e)))) return [box];
      return [];
    },
    /* menu: entries of the menu that is read first among those that offer these words; one place is one entry */
    menu: (root, wanted) => {
      const named = (e) => wanted.test(nameOf(e)) || wanted.test(uncounted(nameOf(e)));
      let found = inside(root, PRESS).filter(named);
      if (!found.length) found = inside(root, 'li, td, span, div').filter((e) => !e.children.length && !e.closest(PRESS) && getComputedStyle(e).cursor === 'pointer' && wanted.test(norm(e.innerText)));
      const groups = [...new Set(found.map(menuOf).filter(Boolean))];
      if (groups.length) found = found.filter((e) => menuOf(e) === groups[0]);
      const seen = new Set();
      return found.filter((e) => { const to = e.href && !/^javascript:|#$/.test(e.href) ? e.href : e; if (seen.has(to)) return false; seen.add(to); return true; });
    },
  };
  /* A look as JSON: text crosses to Python at a fraction of what data costs. Each piece by itself: libraries of old pages
     teach arrays and objects another JSON (toJSON), which does not touch text. */
  const json = (said) => Array.isArray(said) ? `[${said.map(json).join()}]` : !said || typeof said !== 'object' ? JSON.stringify(said) ?? 'null' :
    `{${Object.keys(said).filter((key) => said[key] !== undefined).map((key) => `${JSON.stringify(key)}:${json(said[key])}`).join()}}`;
  const queryAll = look((root, selector) => {
    const [, how, said] = selector.match(/^(\w+) (.*)$/s);
    return engines[how](root, matcher(said));
  });
  return { see: look(() => json(see())), queryAll, query: (root, selector) => queryAll(root, selector)[0] || null, sentBy, coverOf };
})
