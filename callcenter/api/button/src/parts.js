// Makes elements.

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** @param {string} label @param {'main' | 'quiet'} look @param {() => void} act @returns {HTMLElement} */
export function button(label, look, act) {
  const made = make('button', { type: 'button', class: look, part: look === 'main' ? 'button' : 'link' }, label);
  made.addEventListener('click', act);
  return made;
}
