// Windows over the page: the browser's own dialog keeps the focus inside and gives it back.
import { html, useEffect, useRef } from "../html.js";
import { ProblemNotice } from "./basics.js";

/** @param {{open: boolean, onClose: () => void, title: string, wide?: boolean, onKey?: (e: KeyboardEvent) => void}} props */
export function Dialog({ open, onClose, title, wide = false, onKey, children }) {
  const dialog = useRef(null);
  useEffect(() => {
    if (open && !dialog.current.open) dialog.current.showModal();
    if (!open && dialog.current.open) dialog.current.close();
  }, [open]);
  return html`<dialog ref=${dialog} class=${wide ? "wide" : ""} onClose=${onClose} onKeyDown=${onKey} aria-label=${title}>
    ${open && children}
  </dialog>`;
}

/** Asks before something is lost. `problem` is why it did not work, told in the same place. */
export function Confirm({ open, onClose, title, action, onConfirm, busy = false, problem, danger = true, children }) {
  return html`<${Dialog} open=${open} onClose=${onClose} title=${title}>
    <h2>${title}</h2>
    ${children}
    <${ProblemNotice} problem=${problem} />
    <p class="actions">
      <button type="button" class=${danger ? "danger" : "primary"} disabled=${busy} onClick=${onConfirm}>${busy ? "Working…" : action}</button>
      <button type="button" onClick=${onClose}>Keep it as it is</button>
    </p>
  </${Dialog}>`;
}
