// Brings a part of the page to new HTML in place: what stays, stays the same element, so focus and selection stay too.

const { trustedTypes } = /** @type {any} */ (globalThis);
const asItIs = { createHTML: (/** @type {string} */ html) => html };
/** @type {{createHTML: (html: string) => any}} */
const policy = trustedTypes ? trustedTypes.createPolicy("parts", asItIs) : asItIs;

/**
 * Make the children of `element` those of `html`, which our own server has escaped.
 * Elements with the same id are kept, others when they are of the same kind at the same place. The text of `[data-since]` and
 * `[data-until]` is left alone (the clock writes it), and so is all of `[data-revealed]`.
 * @param {Element} element
 * @param {string} html
 */
export function morph(element, html) {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  const focused = element.contains(document.activeElement);
  morphChildren(element, template.content);
  const still = element.contains(document.activeElement) && !document.activeElement?.matches(":disabled");
  if (focused && !still) {
    // What had the focus is gone, or can't have it any more. Not to a neighbour: that would be another caller's button.
    /** @type {HTMLElement | null} */ (element.querySelector("[tabindex='-1']"))?.focus();
  }
}

/** @param {Node} now @param {Node} wanted */
function morphChildren(now, wanted) {
  const wantedIds = new Set([...wanted.childNodes].map(idOf).filter(Boolean));
  const kept = new Map([...now.childNodes].filter(idOf).map((child) => [idOf(child), child]));
  let place = now.firstChild;
  for (const next of [...wanted.childNodes]) {
    const id = idOf(next);
    const match = id ? kept.get(id) : place && !idOf(place) && place.nodeName === next.nodeName ? place : null;
    if (!match) {
      now.insertBefore(next, place);
      continue;
    }
    // Taking away what stands between is gentler than moving: a moved element loses the focus.
    while (place && place !== match && !wantedIds.has(idOf(place))) place = removed(place);
    if (place === match) place = match.nextSibling;
    else now.insertBefore(match, place);
    morphNode(match, next);
  }
  while (place) place = removed(place);
}

/** @param {Node} now @param {Node} wanted */
function morphNode(now, wanted) {
  if (!(now instanceof Element) || !(wanted instanceof Element)) {
    if (now.nodeValue !== wanted.nodeValue) now.nodeValue = wanted.nodeValue;
  } else if (now.nodeName !== wanted.nodeName) {
    now.replaceWith(wanted);
  } else if (!now.hasAttribute("data-revealed")) {
    morphAttributes(now, wanted);
    if (!now.matches("[data-since], [data-until]")) morphChildren(now, wanted);
  }
}

/** @param {Element} now @param {Element} wanted */
function morphAttributes(now, wanted) {
  for (const { name } of [...now.attributes]) {
    const mayStay = name === "open" || (name === "class" && now.hasAttribute("data-since"));
    if (!wanted.hasAttribute(name) && !mayStay) now.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (now.getAttribute(name) !== value) now.setAttribute(name, value);
  }
}

/** @param {ChildNode} node @returns {ChildNode | null} the one after it */
function removed(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/** @param {Node} node */
function idOf(node) {
  return node instanceof Element ? node.id : "";
}
