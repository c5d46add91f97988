// A table of IoUs that are compared across columns: the best of a row is marked, and each differs from a reference.
import { html, useState } from "../html.js";
import { none, number } from "../format.js";

/** @typedef {{value: number, sd?: number | null, n?: number} | null} Score shares 0..1 */

const points = (share) => number(share * 100, 1);
const signed = (share) => (Math.abs(share) < 0.0005 ? "±" : share < 0 ? "−" : "+") + points(Math.abs(share));

/** Indices of the best of at least two scores; none where all are alike. */
export function bestOf(cells) {
  const values = cells.map((c) => c?.value ?? -Infinity);
  const top = Math.max(...values);
  const ranked = values.filter((v) => v > -Infinity);
  if (ranked.length < 2 || ranked.every((v) => v === top)) return new Set();
  return new Set(values.flatMap((v, i) => (v === top ? [i] : [])));
}

/**
 * @param {{caption: string, rowTitle: string, columns: {key: string, title: string, head?: any}[], summary?: Row[], rows: Row[], reference?: number | null}} props
 * `Row` is `{key, name, head?, cells: Score[]}`; rows under `summary` stay on top whatever the order. `reference` is the column that the others differ from.
 */
export function ScoreTable({ caption, rowTitle, columns, summary = [], rows, reference = null }) {
  const [sort, setSort] = useState(null);
  const turn = (at) => setSort((s) => (s?.at === at ? (s.down === (at >= 0) ? { at, down: !s.down } : null) : { at, down: at >= 0 }));
  const ordered = sort ? [...rows].sort((a, b) => order(a, b, sort)) : rows;
  const heading = (at, title, head) => html`<th scope="col" class=${at < 0 ? "" : "numeric"}
    aria-sort=${sort?.at === at ? (sort.down ? "descending" : "ascending") : undefined}>
    <button type="button" class="sort" onClick=${() => turn(at)}>${title}</button>${head}
  </th>`;
  const line = (row) => html`<${ScoreRow} key=${row.key} row=${row} reference=${reference} />`;
  return html`<div class="table" tabindex="0" role="region" aria-label=${caption}>
    <table class="judge-scores">
      <caption>${caption}</caption>
      <thead><tr>${heading(-1, rowTitle)}${columns.map((c, i) => heading(i, c.title, c.head))}</tr></thead>
      ${summary.length > 0 && html`<tbody class="judge-summary">${summary.map(line)}</tbody>`}
      <tbody>${ordered.map(line)}</tbody>
    </table>
  </div>`;
}

function ScoreRow({ row, reference }) {
  const best = bestOf(row.cells);
  const base = reference === null ? null : row.cells[reference];
  return html`<tr>
    <th scope="row">${row.head ?? row.name}</th>
    ${row.cells.map((cell, i) => html`<td class="numeric">
      ${cell ? html`
        <span class="judge-line"><${Best} is=${best.has(i)}>${points(cell.value)}</${Best}>
          ${typeof cell.sd === "number" && html`<span class="soft"> ± ${points(cell.sd)}</span>`}</span>
        ${base && i !== reference && html`<span class="judge-delta">${signed(cell.value - base.value)}</span>`}
        <${Meter} value=${cell.value} />`
      : html`<span class="soft">${none}</span>`}
    </td>`)}
  </tr>`;
}

/** What stands out as the best: in weight, by a sign, and to a screen reader in a word. */
export const Best = ({ is, children }) => (is
  ? html`<strong class="judge-best"><span aria-hidden="true">★ </span><span class="hidden">best: </span>${children}</strong>`
  : html`<span>${children}</span>`);

/** A thin bar under a figure that says the same. */
export const Meter = ({ value }) => html`<span class="judge-meter" aria-hidden="true">
  <span style=${{ width: `${Math.min(1, Math.max(0, value ?? 0)) * 100}%` }}></span>
</span>`;

function order(a, b, { at, down }) {
  if (at < 0) return a.name.localeCompare(b.name, "en") * (down ? -1 : 1);
  const [x, y] = [a.cells[at]?.value, b.cells[at]?.value];
  if (x === undefined || y === undefined) return (x === undefined) - (y === undefined); // what is missing comes last either way
  return (x - y) * (down ? -1 : 1);
}
