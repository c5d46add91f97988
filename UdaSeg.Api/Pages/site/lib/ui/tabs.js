// Tabs after the pattern that screen readers know: one stop for Tab, arrows between them.
import { html, useId, useRef } from "../html.js";

/** @param {{label: string, tabs: [key: string, title: any][], value: string, onChange: (key: string) => void}} props children are the open tab's content. */
export function Tabs({ label, tabs, value, onChange, children }) {
  const id = useId();
  const list = useRef(null);
  const move = (e) => {
    const at = tabs.findIndex(([key]) => key === value);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    const next = (to + tabs.length) % tabs.length;
    onChange(tabs[next][0]);
    list.current.children[next].focus();
  };
  return html`<div>
    <div class="tabs" role="tablist" aria-label=${label} ref=${list} onKeyDown=${move}>
      ${tabs.map(([key, title]) => html`<button type="button" role="tab" id=${`${id}-${key}`} aria-selected=${key === value ? "true" : "false"}
        aria-controls=${`${id}-panel`} tabindex=${key === value ? 0 : -1} onClick=${() => onChange(key)}>${title}</button>`)}
    </div>
    <div role="tabpanel" id=${`${id}-panel`} aria-labelledby=${`${id}-${value}`} tabindex="0">${children}</div>
  </div>`;
}
