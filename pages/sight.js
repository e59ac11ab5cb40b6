/* What a person sees on a page, in reading order; and controls found by the words beside them.
 *
 * One source for both uses: `see()` gives plain data to Python, and the two selector engines `field=` and `under=` give
 * Playwright locators. They must agree on what a label, a heading and a section are, so they share these functions.
 */
(() => {
  const BLOCK = /^(block|flex|grid|list-item|table|table-row|table-cell|table-caption|flow-root)$/;
  const CONTROL = 'input:not([type=hidden]), select, textarea, button, a[href], summary,' +
    ' [role=button], [role=link], [role=checkbox], [role=switch], [role=menuitem], [role=tab], [role=textbox], [role=combobox]';
  const FIELD = 'input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=reset]):not([type=image]),' +
    ' select, textarea, [role=checkbox], [role=switch], [role=textbox], [role=combobox]';
  const SCOPES = 'section, article, aside, nav, main, fieldset, dialog, [role=dialog], [role=alertdialog], [role=region], [role=navigation]';

  const norm = (text) => (text || '').replace(/[\s ]+/g, ' ').trim();
  const visible = (e) => {
    if (!e.checkVisibility || !e.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const box = e.getBoundingClientRect();
    return box.width > 0 && box.height > 0;
  };
  /* A person presses a check box by its drawn label; the input itself may be transparent or have no size. */
  const present = (e) => visible(e) || (e.matches('input[type=checkbox], input[type=radio], input[type=file]') &&
    [...(e.labels || [])].some(visible));
  const block = (e) => BLOCK.test(getComputedStyle(e).display);
  const text = (e) => norm(e.innerText !== undefined ? e.innerText : e.textContent);
  /* The words of a label, without those of the controls inside it. */
  const words = (e) => {
    const parts = [];
    const walk = (node) => {
      if (node.nodeType === 3) parts.push(node.nodeValue);
      else if (node.nodeType === 1 && !node.matches(CONTROL + ', script, style, option, template') && visible(node)) {
        node.childNodes.forEach(walk);
        parts.push(' ');
      }
    };
    e.childNodes.forEach(walk);
    return norm(parts.join('')).replace(/\s*[:*]+\s*$/, '');
  };

  /* ---- headings and the sections they govern ---- */
  const rank = (e) => {
    if (/^H[1-6]$/.test(e.tagName)) return Number(e.tagName[1]);
    if (e.getAttribute('role') === 'heading') return Number(e.getAttribute('aria-level') || 2);
    if (e.tagName === 'LEGEND') return 7;
    if (e.tagName === 'CAPTION') return 7;
    if (e.tagName === 'TH' && e.parentElement.cells.length === 1) return 7;
    if (looksLikeHeading(e)) return 8;
    return 0;
  };
  /* Some pages draw their headings: a short line that stands alone, bold or larger than the text around it. */
  const looksLikeHeading = (e) => {
    if (!/^(DIV|P|SPAN|B|STRONG|TD|DT|A|FONT|CENTER)$/.test(e.tagName) || e.closest('nav, label, button, th, a, [role=navigation], [role=tablist], [role=menubar]')) return false;
    const said = norm(e.textContent);
    if (!said || said.length > 80 || e.querySelector('*:not(b):not(strong):not(span):not(font):not(i):not(em):not(br)')) return false;
    if (e.parentElement && norm(e.parentElement.textContent) === said && e.parentElement !== document.body &&
        /^(DIV|P|SPAN|B|STRONG|TD|FONT|CENTER)$/.test(e.parentElement.tagName) && !e.parentElement.querySelector(CONTROL)) return false; /* the outermost counts */
    if (e.tagName === 'TD' && e.parentElement.cells.length !== 1) return false;
    if (/ :: /.test(said)) return true;
    const cell = e.closest('td, th, dt, dd, li');
    if (cell && cell !== e) return false;
    const style = getComputedStyle(e);
    const alone = block(e) || (e.parentElement && norm(e.parentElement.textContent) === said);
    if (!alone || e.parentElement.matches('dl, tr')) return false;
    const bold = Number(style.fontWeight) >= 600 || /^(B|STRONG)$/.test((e.firstElementChild || e).tagName);
    const larger = parseFloat(style.fontSize) >= 1.2 * parseFloat(getComputedStyle(document.body).fontSize);
    return (bold || larger) && !/[.!?:]$/.test(said);
  };
  const headings = () => {
    const found = [];
    for (const e of document.body.querySelectorAll('*')) {
      const r = rank(e);
      if (r && visible(e) && text(e)) found.push({ element: e, rank: r, text: norm(e.tagName === 'LEGEND' ? words(e) || text(e) : text(e)), scope: scopeOf(e) });
    }
    for (const e of document.body.querySelectorAll('section[aria-label], fieldset[aria-label], [role=region][aria-label], [role=group][aria-label], dialog[aria-label], form[aria-label], [role=dialog][aria-label]'))
      if (visible(e)) found.push({ element: e, rank: 6, text: norm(e.getAttribute('aria-label')), scope: e });
    found.sort((x, y) => (x.element.compareDocumentPosition(y.element) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    return found;
  };
  const scopeOf = (e) => {
    if (e.tagName === 'LEGEND') return e.closest('fieldset') || document.body;
    if (e.tagName === 'CAPTION' || e.tagName === 'TH') return e.closest('table');
    return e.closest(SCOPES) || document.body;
  };
  /* The headings that govern an element, outermost first: like a table of contents read backwards. */
  const governing = (e, all) => {
    const path = [];
    let least = 99;
    for (let i = all.length - 1; i >= 0; i--) {
      const h = all[i];
      if (h.element === e) continue;
      const within = h.element.contains(e);
      const before = h.element.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (!before && !within) continue;
      if (!h.scope.contains(e)) continue;
      if (h.rank < least) { path.unshift(h.text); least = h.rank; }
    }
    return path;
  };

  /* ---- labels ---- */
  const byId = (ids) => norm((ids || '').split(/\s+/).map((id) => (document.getElementById(id) || {}).textContent || '').join(' '));
  const onlyFieldIn = (box, field) => {
    const fields = [...box.querySelectorAll(FIELD)].filter(present);
    return fields.length === 1 && fields[0] === field;
  };
  /* What the words beside a field call it: the tied label, else the words a person would read with it. */
  const labelOf = (field) => {
    const tied = [...(field.labels || [])].map(words).filter(Boolean).join(' ');
    if (tied) return tied;
    const aria = byId(field.getAttribute('aria-labelledby')) || norm(field.getAttribute('aria-label'));
    if (aria) return aria;
    if (field.matches('[role=checkbox], [role=switch]') && text(field)) return text(field);
    const cell = field.closest('td, th, dd');
    if (cell) {
      const own = words(cell);
      if (field.matches('[type=checkbox], [type=radio], [role=checkbox], [role=switch]') && own && onlyFieldIn(cell, field)) return own;
      const row = cell.closest('tr');
      if (cell.tagName === 'DD') {
        let dt = cell.previousElementSibling;
        while (dt && dt.tagName !== 'DT') dt = dt.previousElementSibling;
        if (dt) return words(dt);
      } else if (row) {
        let left = cell.previousElementSibling;
        while (left && !words(left)) left = left.previousElementSibling;
        if (left && words(left)) return words(left);
        if (own && onlyFieldIn(cell, field)) return own;
        const head = row.closest('table').querySelector('thead tr, tr');
        if (head && head !== row && head.cells[cell.cellIndex]) return words(head.cells[cell.cellIndex]);
      }
    }
    /* words directly before it (or, for a tick box, after it) in the same line */
    const beside = (step) => {
      const parts = [];
      for (let n = field[step]; n; n = n[step]) {
        if (n.nodeType === 3) parts.push(n.nodeValue);
        else if (n.nodeType === 1) {
          if (n.matches(CONTROL) || n.querySelector(CONTROL)) break;
          if (n.tagName === 'BR') { if (norm(parts.join(''))) break; continue; }
          parts.push(n.textContent);
        }
        if (norm(parts.join(''))) break;
      }
      return norm(parts.join(' ')).replace(/\s*[:*]+\s*$/, '');
    };
    const tick = field.matches('[type=checkbox], [type=radio], [role=checkbox], [role=switch]');
    const near = tick ? beside('nextSibling') || beside('previousSibling') : beside('previousSibling');
    if (near) return near;
    for (let box = field.parentElement; box && box !== document.body && onlyFieldIn(box, field); box = box.parentElement) {
      const said = words(box);
      if (said && said.length <= 160) return said;
      let left = box.previousElementSibling;
      if (left && !left.querySelector(FIELD) && !left.matches(FIELD) && text(left) && text(left).length <= 80 && !rank(left)) return words(left);
    }
    const legend = field.closest('fieldset') && onlyFieldIn(field.closest('fieldset'), field) && field.closest('fieldset').querySelector('legend');
    if (legend) return words(legend);
    return norm(field.getAttribute('placeholder') || field.getAttribute('title'));
  };
  const nameOf = (e) => {
    if (e.tagName === 'INPUT') return norm(e.value || e.alt || e.getAttribute('aria-label') || e.title);
    return byId(e.getAttribute('aria-labelledby')) || norm(e.getAttribute('aria-label')) || text(e) ||
      norm([...e.querySelectorAll('img[alt]')].map((i) => i.alt).join(' ')) || norm(e.title);
  };
  const enabled = (e) => {
    for (let box = e; box && box !== document.body; box = box.parentElement)
      if (box.getAttribute('aria-disabled') === 'true' || box.hasAttribute('inert')) return false;
    if (e.disabled || (e.closest('fieldset[disabled]') && !e.closest('legend'))) return false;
    /* a link cannot be disabled, so it is drawn so; a greyed-out row greys out what stands in it */
    const grey = /(^|[\s_-])(disabled|inactive|gr[ae]y(ed)?([-_ ]?out)?|unavailable)([\s_-]|$)/i;
    const row = e.closest('tr, li');
    return !(grey.test(e.getAttribute('class') || '') || row && grey.test(row.getAttribute('class') || '')) &&
      getComputedStyle(e).pointerEvents !== 'none';
  };
  /* The words that belong to one of several like controls: those of the largest block that holds no other such control. */
  const blockOf = (e) => {
    const name = nameOf(e);
    const kind = kindOf(e);
    const alike = (box) => [...box.querySelectorAll(CONTROL)].filter((c) => visible(c) && kindOf(c) === 'button' || nameOf(c) === name).length;
    let box = e;
    while (box.parentElement && !box.parentElement.matches('body, main, table, tbody, section, fieldset, ul, ol, dl') && alike(box.parentElement) === 1) {
      box = box.parentElement;
      if (box.matches('tr, li, article')) break;
    }
    return box === e ? [] : (box.innerText || '').split(/[\n\t]/).map(norm).filter((line) => line && line !== name);
  };
  const kindOf = (e) => {
    const role = e.getAttribute('role');
    if (role) return { menuitem: 'link', tab: 'link', textbox: 'text', combobox: 'select', switch: 'checkbox' }[role] || role;
    if (e.tagName === 'A') return 'link';
    if (e.tagName === 'BUTTON' || e.tagName === 'SUMMARY') return 'button';
    if (e.tagName === 'SELECT') return 'select';
    if (e.tagName === 'TEXTAREA') return 'text';
    const type = (e.type || 'text').toLowerCase();
    if (/^(submit|button|reset|image)$/.test(type)) return 'button';
    if (/^(checkbox|radio|password|file)$/.test(type)) return type;
    return 'text';
  };
  const checked = (e) => (e.getAttribute('role') ? e.getAttribute('aria-checked') === 'true' : !!e.checked);
  const menu = (e) => !!e.closest('nav, header, [role=navigation], [role=menubar], [role=menu], [role=tablist]') ||
    !!e.closest('ul, div, td, table') && /(^|[\s_-])(nav|menu|tabs?|subtabs?|toolbar|sidebar|topbar)/i.test([...ancestors(e)].map((a) => `${a.className} ${a.id}`).join(' '));
  function* ancestors(e) {
    for (let box = e.parentElement; box && box !== document.body; box = box.parentElement) yield box;
  }

  /* ---- one look ---- */
  const see = () => {
    const all = headings();
    const items = [];
    const paths = new Map();
    const path = (e) => { if (!paths.has(e)) paths.set(e, governing(e, all)); return paths.get(e); };
    const headed = new Map(all.map((h) => [h.element, h]));
    const add = (e, item) => items.push({ under: path(e), ...item });
    const control = (e) => {
      const kind = kindOf(e);
      const item = { what: 'control', kind, enabled: enabled(e) };
      if (kind === 'button' || kind === 'link') {
        Object.assign(item, { name: nameOf(e), href: e.href || '', menu: menu(e) });
        if (kind === 'button' || /install/i.test(item.name)) item.block = blockOf(e);
      } else {
        item.name = labelOf(e);
        if (kind === 'checkbox' || kind === 'radio') item.checked = checked(e);
        else if (kind === 'select') item.value = e.selectedOptions ? norm([...e.selectedOptions].map((o) => o.text).join(', ')) : text(e);
        else if (kind === 'password') item.value = e.value ? '********' : '';
        else if (kind !== 'file') item.value = e.value !== undefined ? e.value : text(e);
        item.readonly = !!e.readOnly;
      }
      return item;
    };
    const leaf = (e) => ![...e.children].some((c) => c.tagName !== 'BR' && (block(c) || c.querySelector('*') && [...c.querySelectorAll('*')].some(block)));
    const pairIn = (said) => said.match(/^([^:]{2,60}?)\s*:\s+(\S.*)$/);
    const walk = (e) => {
      if (e.matches('script, style, template, noscript, option, head') ) return;
      if (!present(e)) {
        /* an element without a box of its own may still hold visible ones */
        if (e.checkVisibility && !e.checkVisibility({ visibilityProperty: true })) return;
        [...e.children].forEach(walk);
        return;
      }
      if (headed.has(e) && e.children.length === 0 || headed.has(e) && !e.querySelector(CONTROL) && headed.get(e).scope !== e) {
        items.push({ what: 'heading', rank: headed.get(e).rank, text: headed.get(e).text, under: path(e) });
        return;
      }
      if (e.matches(CONTROL)) { items.push({ under: path(e), ...control(e) }); return; }
      if (e.matches('progress, [role=progressbar]')) { add(e, { what: 'progress', text: text(e) || e.getAttribute('aria-valuenow') || String(e.value || '') }); return; }
      if (e.tagName === 'TR') {
        const cells = [...e.cells];
        const said = cells.map((c) => text(c));
        const isHead = cells.length > 1 && cells.every((c) => c.tagName === 'TH');
        const fields = [...e.querySelectorAll(CONTROL)].filter(present);
        const controls = fields.map(control);
        if (cells.length === 2 && said[0] && !cells[0].querySelector(CONTROL) && !isHead) {
          add(e, { what: 'pair', label: said[0].replace(/\s*:$/, ''), value: cells[1].querySelector(FIELD) ? (controls.find((c) => c.value !== undefined) || {}).value ?? said[1] : said[1] });
        }
        add(e, { what: 'row', cells: said, head: isHead, controls });
        fields.forEach((f) => items.push({ under: path(f), ...control(f) }));
        cells.forEach((c) => { if (!leaf(c)) [...c.children].forEach((k) => { if (block(k)) walkTextOnly(k); }); });
        return;
      }
      if (e.tagName === 'DT') {
        let dd = e.nextElementSibling;
        if (dd && dd.tagName === 'DD') add(e, { what: 'pair', label: text(e).replace(/\s*:$/, ''), value: text(dd) });
      }
      if (e.children.length === 2 && !/^(TR|TABLE|TBODY|UL|OL|DL)$/.test(e.tagName) && !e.querySelector(CONTROL)) {
        const [left, right] = e.children;
        if (leaf(left) && leaf(right) && text(left) && text(left).length <= 60 && text(right) && !rank(left) && !rank(right) &&
            norm(e.textContent) === norm(`${left.textContent} ${right.textContent}`) | norm(e.innerText) === norm(`${text(left)} ${text(right)}`)) {
          add(e, { what: 'pair', label: text(left).replace(/\s*:$/, ''), value: text(right) });
        }
      }
      if (leaf(e) && block(e)) {
        const said = text(e);
        if (said) {
          for (const line of (e.innerText || '').split('\n').map(norm).filter(Boolean)) {
            const found = !e.querySelector(FIELD) && pairIn(line);
            if (found && e.tagName !== 'DT' && e.tagName !== 'DD') add(e, { what: 'pair', label: norm(found[1]), value: norm(found[2]) });
          }
          add(e, { what: 'text', text: said });
        }
        [...e.querySelectorAll(CONTROL)].filter((c) => present(c)).forEach((c) => items.push({ under: path(c), ...control(c) }));
        return;
      }
      for (const child of e.childNodes) {
        if (child.nodeType === 1) walk(child);
        else if (child.nodeType === 3 && norm(child.nodeValue)) {
          const said = norm(child.nodeValue);
          const found = pairIn(said);
          if (found) add(e, { what: 'pair', label: norm(found[1]), value: norm(found[2]) });
          add(e, { what: 'text', text: said });
        }
      }
    };
    const walkTextOnly = (e) => { if (text(e)) add(e, { what: 'text', text: text(e) }); };
    if (document.body) walk(document.body);
    return {
      url: location.href, title: document.title, ready: document.readyState, stamp: performance.timeOrigin,
      modal: [...document.querySelectorAll('dialog[open], [role=dialog], [role=alertdialog], [aria-modal=true]')].filter(visible).map(text),
      items,
    };
  };

  /* ---- selector engines ---- */
  const matcher = (selector) => {
    const found = selector.match(/^\/(.*)\/(\w*)$/s);
    return found ? new RegExp(found[1], found[2]) : { test: (s) => s.toLowerCase() === selector.toLowerCase() };
  };
  const inside = (root, query) => {
    const found = [...(root.querySelectorAll ? root : document).querySelectorAll(query)];
    return root.matches && root.matches(query) ? [root, ...found] : found;
  };
  const engine = (queryAll) => ({ queryAll, query: (root, selector) => queryAll(root, selector)[0] || null });
  return {
    see,
    /* field=/label/i: the form fields that the words beside them call so */
    field: engine((root, selector) => {
      const wanted = matcher(selector);
      return inside(root, FIELD).filter((e) => present(e) && wanted.test(labelOf(e)));
    }),
    /* under=/heading/i: everything that stands under a heading with these words */
    under: engine((root, selector) => {
      const wanted = matcher(selector);
      const all = headings();
      if (!all.some((h) => wanted.test(h.text))) return [];
      return inside(root, CONTROL).filter((e) => governing(e, all).some((h) => wanted.test(h)));
    }),
    /* press=/words/i: visible buttons, links and other controls with these words on them */
    press: engine((root, selector) => {
      const wanted = matcher(selector);
      return inside(root, CONTROL).filter((e) => visible(e) && /^(button|link)$/.test(kindOf(e)) && wanted.test(nameOf(e)));
    }),
    /* beside=/words/i: buttons and links in whose own block a line has these words */
    beside: engine((root, selector) => {
      const wanted = matcher(selector);
      return inside(root, CONTROL).filter((e) => visible(e) && /^(button|link)$/.test(kindOf(e)) && blockOf(e).some((line) => wanted.test(line)));
    }),
    /* menu=/words/i: menu entries with these words; several that lead to the same place are one */
    menu: engine((root, selector) => {
      const wanted = matcher(selector);
      let found = inside(root, 'a[href], button, [role=menuitem], [role=tab], [role=link], input[type=submit], summary')
        .filter((e) => visible(e) && wanted.test(nameOf(e)));
      if (found.some(menu)) found = found.filter(menu);
      const seen = new Set();
      return found.filter((e) => { const to = e.href || e; if (seen.has(to)) return false; seen.add(to); return true; });
    }),
  };
})()
