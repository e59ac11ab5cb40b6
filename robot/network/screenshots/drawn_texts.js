// Marks the element in which a node stands; of a closed shadow root its host, since the browser covers nothing within one.
function (mask) {
  const above = node => node.parentElement || node.getRootNode().host;
  let element = this.nodeType === Node.ELEMENT_NODE ? this : above(this);
  for (let root; element && (root = element.getRootNode()).host; )
    if (root.mode === 'open') break; else element = root.host;
  while (element && (element.tagName === 'OPTION' || getComputedStyle(element).display === 'contents')) element = above(element);
  if (element) element.setAttribute(mask, '');
}
