// Pictures from the reader's own disk, and two pictures on top of each other.
import { html, useId, useRef, useState } from "../html.js";

/** A place to drop files on, which is also a button that opens the file dialog. */
export function DropZone({ label, hint, accept = "image/png,image/jpeg,image/webp", multiple = false, onFiles, children }) {
  const [over, setOver] = useState(false);
  const input = useRef(null);
  const id = useId();
  const take = (files) => {
    const list = Array.from(files);
    if (list.length > 0) onFiles(multiple ? list : list.slice(0, 1));
  };
  const drop = (e) => {
    e.preventDefault();
    setOver(false);
    take(e.dataTransfer.files);
  };
  return html`<div class=${`drop ${over ? "over" : ""}`} onDragOver=${(e) => (e.preventDefault(), setOver(true))} onDragLeave=${() => setOver(false)} onDrop=${drop}>
    ${children}
    <label for=${id}>${label}</label>
    <input id=${id} ref=${input} type="file" accept=${accept} multiple=${multiple} onChange=${(e) => (take(e.target.files), (e.target.value = ""))} />
    ${hint && html`<p class="hint">${hint}</p>`}
  </div>`;
}

/** Before and after under one slider: the left part shows `before`. Both are addresses of pictures of the same size. */
export function CompareSlider({ before, after, beforeLabel = "Before", afterLabel = "After", alt, children }) {
  const [at, setAt] = useState(50);
  const id = useId();
  return html`<figure class="compare">
    <div class="stack">
      <img src=${after} alt=${`${afterLabel}: ${alt}`} />
      <img src=${before} alt=${`${beforeLabel}: ${alt}`} style=${{ clipPath: `inset(0 ${100 - at}% 0 0)` }} />
      <span class="edge" style=${{ left: `${at}%` }} aria-hidden="true"></span>
      <span class="tag left" aria-hidden="true">${beforeLabel}</span><span class="tag right" aria-hidden="true">${afterLabel}</span>
      <input id=${id} type="range" min="0" max="100" value=${at} aria-label=${`Show more of ${beforeLabel} or ${afterLabel}`}
        aria-valuetext=${`${at} % ${beforeLabel}`} onInput=${(e) => setAt(Number(e.target.value))} />
    </div>
    ${children && html`<figcaption>${children}</figcaption>`}
  </figure>`;
}
