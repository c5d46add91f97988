// Tabs after the pattern of WAI-ARIA: one stop for the tabulator, arrows between them.
import { html, useId, useRef } from "../html.js";

/** @param {{label: string, tabs: [string, any][], value: string, onChange: (key) => void, children: any}} props `children` is the chosen tab's content. */
export function Tabs({ label, tabs, value, onChange, children }) {
  const id = useId();
  const list = useRef(null);
  const keys = tabs.map(([key]) => key);
  const move = (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    const to = step ? (keys.indexOf(value) + step + keys.length) % keys.length : { Home: 0, End: keys.length - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    onChange(keys[to]);
    list.current?.children[to]?.focus();
  };
  return html`<div>
    <div ref=${list} class="tabs" role="tablist" aria-label=${label} onKeyDown=${move}>
      ${tabs.map(([key, title]) => html`<button type="button" role="tab" id=${`${id}-${key}`} aria-selected=${key === value ? "true" : "false"}
        aria-controls=${`${id}-panel`} tabindex=${key === value ? 0 : -1} onClick=${() => onChange(key)}>${title}</button>`)}
    </div>
    <div role="tabpanel" id=${`${id}-panel`} aria-labelledby=${`${id}-${value}`}>${children}</div>
  </div>`;
}
