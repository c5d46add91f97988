// Tables: sorted by their headings, scrolled sideways on narrow screens.
import { html, useState } from "../html.js";

/**
 * @param {{caption: string, hideCaption?: boolean, columns: {key: string, title: string, numeric?: boolean, value?: (row) => any, show?: (row) => any}[], rows: any[],
 * rowKey?: (row) => string, empty?: any, sortable?: boolean}} props
 * `value` sorts, `show` is seen; without them it is `row[key]`. The first column heads its row.
 */
export function DataTable({ caption, hideCaption = false, columns, rows, rowKey, sortable = false, empty = "Nothing here." }) {
  const [sort, setSort] = useState(null);
  const valueOf = (column, row) => (column.value ? column.value(row) : row[column.key]);
  const column = sort && columns.find((c) => c.key === sort.key);
  const ordered = column ? [...rows].sort((a, b) => order(valueOf(column, a), valueOf(column, b)) * (sort.down ? -1 : 1)) : rows;
  const turn = (key) => setSort((s) => (s?.key === key ? { key, down: !s.down } : { key, down: false }));
  return html`<div class="table" tabindex="0" role="region" aria-label=${caption}>
    <table>
      <caption class=${hideCaption ? "hidden" : ""}>${caption}</caption>
      <thead><tr>
        ${columns.map((c) => {
          const direction = sort?.key === c.key ? (sort.down ? "descending" : "ascending") : undefined;
          return html`<th scope="col" class=${c.numeric ? "numeric" : ""} aria-sort=${direction}>
            ${sortable ? html`<button type="button" class="sort" onClick=${() => turn(c.key)}>${c.title}</button>` : c.title}
          </th>`;
        })}
      </tr></thead>
      <tbody>
        ${ordered.length === 0 && html`<tr><td colspan=${columns.length} class="soft">${empty}</td></tr>`}
        ${ordered.map((row, i) => html`<tr key=${rowKey ? rowKey(row) : i}>
          ${columns.map((c, j) => {
            const shown = c.show ? c.show(row) : valueOf(c, row);
            return j === 0 ? html`<th scope="row">${shown}</th>` : html`<td class=${c.numeric ? "numeric" : ""}>${shown}</td>`;
          })}
        </tr>`)}
      </tbody>
    </table>
  </div>`;
}

function order(a, b) {
  if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1;
  if (b === null || b === undefined) return -1;
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en");
}
