// One picture of the grid as large as the window; the arrow keys walk over the grid.
import { html } from "../../lib/html.js";
import { Dialog } from "../../lib/ui/dialog.js";
import { Legend, cellsOf, usePicture } from "./cells.js";

export function Enlarged({ found, at, onMove, onClose }) {
  const [row, column] = at;
  const image = found.images[row];
  const cells = cellsOf(found, image);
  const cell = cells[column];
  const beside = (step) => {
    let next = column + step;
    while (cells[next] && !cells[next].path) next += step; // an arm without a model has nothing to show
    return cells[next] ? [row, next] : null;
  };
  const above = (step) => (found.images[row + step] ? [row + step, column] : null);
  const moves = { ArrowLeft: beside(-1), ArrowRight: beside(1), ArrowUp: above(-1), ArrowDown: above(1) };
  const onKey = (e) => {
    if (!(e.key in moves)) return;
    e.preventDefault();
    if (moves[e.key]) onMove(moves[e.key]);
  };
  // Not disabled: a button that is, swallows the arrow keys while it has the focus.
  const step = (key, text) => html`<button type="button" aria-disabled=${moves[key] ? undefined : "true"}
    onClick=${() => moves[key] && onMove(moves[key])}>${text}</button>`;
  return html`<${Dialog} open onClose=${onClose} title=${cell.alt} wide onKey=${onKey}>
    <div class="judge-viewer-head">
      <h3>${cell.title} <span class="soft">${image.sample}</span></h3>
      <p class="actions judge-first">
        ${step("ArrowLeft", "← Left")} ${step("ArrowRight", "Right →")} ${step("ArrowUp", "↑ Image before")} ${step("ArrowDown", "↓ Next image")}
        <button type="button" onClick=${onClose}>Close</button>
      </p>
    </div>
    <${Large} key=${`${row} ${cell.key}`} cell=${cell} />
    ${column > 0 && html`<${Legend} classes=${found.classes} />`}
  </${Dialog}>`;
}

function Large({ cell }) {
  const { url, problem } = usePicture(cell, undefined);
  if (problem) return html`<p class="notice bad" role="alert">${problem.message}</p>`;
  if (!url) return html`<p class="judge-viewer-wait" role="status">Loading…</p>`;
  return html`<img class=${cell.key === "photo" ? "studies-large" : "studies-large is-map"} src=${url} alt=${cell.alt} />`;
}
