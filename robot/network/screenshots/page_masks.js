// Marks every element of a document that shows a secret, and returns how many: [mask, forms, loose forms, labels].
([mask, forms, looseForms, labels]) => {
  const wanted = new RegExp(labels, 'i');
  const bare = text => (text || '').replace(/[\s\u00ad\u200b-\u200d\u2060\ufeff]/g, '');  // it may be broken anywhere
  const loosened = text => bare(text).replace(/[-:.\u2010-\u2013]/g, '').toLowerCase();
  const hides = /^(href|src|srcset|action|formaction|id|name|class|style|for|type|method|d|nonce|integrity|on.*|xmlns.*)$/;
  const marked = new Set();
  const seen = element => {  // the element whose box is drawn
    while (element && (element.tagName === 'OPTION' || getComputedStyle(element).display === 'contents'))
      element = element.parentElement || element.getRootNode().host;
    if (element) marked.add(element);
  };
  const isSecretField = field => {
    const row = field.closest('tr, label, p, li, dd, fieldset') || field.parentElement;
    const said = `${field.name} ${field.id} ${field.getAttribute('aria-label') || ''} ` +
      `${[...(field.labels || [])].map(l => l.textContent).join(' ')} ${(row ? row.textContent : '').slice(0, 200)}`;
    const typed = !/^(checkbox|radio|submit|button|reset|image|hidden|file)$/.test(field.type) && field.tagName !== 'SELECT';
    const number = /^\d{1,4}$/.test(field.value);  // a length or a number of days, beside the word password
    return field.value && typed && (field.type === 'password' || (wanted.test(said) && !number));
  };
  // Texts stand together over the borders of elements, attributes each for itself; each as it is and loosened.
  const strands = () => [[bare, forms], [loosened, looseForms]]
    .map(([change, wantedForms]) => ({ change, wantedForms, all: '', pieces: [] }));
  const texts = strands(), words = strands();
  const add = (to, text, element, end) => to.forEach(each => {
    const changed = each.change(text);
    if (changed) each.pieces.push([each.all.length, each.all.length + changed.length, element]);
    each.all += changed + end;
  });
  const visit = node => {
    if (node.nodeType === Node.TEXT_NODE && node.nodeValue) add(texts, node.nodeValue, node.parentElement || node.getRootNode().host, '');
    if (/^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE)$/.test(node.nodeName)) return;
    if (node.nodeType === Node.ELEMENT_NODE) {
      for (const { name, value } of node.attributes) if (value && !hides.test(name)) add(words, value, node, '\0');
      if (typeof node.value === 'string' && node.value) add(words, node.value, node, '\0');
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(node.nodeName) && isSecretField(node)) seen(node);
      if (node.shadowRoot) visit(node.shadowRoot);
    }
    node.childNodes.forEach(visit);
  };
  visit(document.body || document);
  for (const { all, pieces, wantedForms } of [...texts, ...words])
    for (const form of wantedForms)
      for (let at = all.indexOf(form); at >= 0; at = all.indexOf(form, at + 1))
        for (const [from, to, element] of pieces)
          if (from < at + form.length && at < to) seen(element);
  for (const element of marked) element.setAttribute(mask, '');
  return marked.size;
}
