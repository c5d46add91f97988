// The confusion matrix: rows are true classes, columns what the model said.
import { html, useState } from "../../lib/html.js";
import { integer, percent } from "../../lib/format.js";
import { ClassName } from "./names.js";

const modes = [
  ["recall", "Share of the true class", "Each row is shared out over what its pixels were called."],
  ["precision", "Share of the called class", "Each column is shared out over what its pixels really are."],
  ["counts", "Pixels", "As counted; the colour grows with the root, or small confusions would not show."],
];

const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 2 });

/** @returns every cell as {i, j, count, recall, precision}: shares of its row (its class's pixels) and of its column. */
export function cellsOf({ confusion, perClass }) {
  const called = confusion.map((_, j) => confusion.reduce((sum, row) => sum + row[j], 0));
  const pixels = new Map(perClass.map((c) => [c.index, c.pixels]));
  const share = (count, of) => (of > 0 ? count / of : null);
  return confusion.map((row, i) => row.map((count, j) => ({ i, j, count, recall: share(count, pixels.get(i)), precision: share(count, called[j]) })));
}

export function Confusion({ evaluation, colors }) {
  const [mode, setMode] = useState("recall");
  const [at, setAt] = useState(null);
  const classes = [...evaluation.perClass].sort((a, b) => a.index - b.index).map((c) => c.name);
  const cells = cellsOf(evaluation);
  return html`<div class="judge-confusion">
    <fieldset class="judge-modes"><legend>Shown as</legend>
      ${modes.map(([key, title]) => html`<label><input type="radio" name="confusion" value=${key} checked=${mode === key}
        onChange=${() => setMode(key)} /> ${title}</label>`)}
    </fieldset>
    <p class="soft">${modes.find(([key]) => key === mode)[2]}</p>
    <div class="judge-matrix-side">
    <${Matrix} mode=${mode} cells=${cells} classes=${classes} colors=${colors} onLook=${setAt} />
    <div>
      <p class="judge-readout">${at
      ? html`<strong>${classes[at.i]}</strong> called <strong>${classes[at.j]}</strong>: ${integer(at.count)} pixels,${" "}
          ${percent(at.recall)} of ${classes[at.i]}, ${percent(at.precision)} of what was called ${classes[at.j]}`
      : "Point at a cell, or step through them with Tab and the arrow keys."}</p>
      <${Mistakes} cells=${cells} classes=${classes} />
    </div></div>
  </div>`;
}

/** What most pixels are lost to, said in words. */
function Mistakes({ cells, classes }) {
  const worst = cells.flat().filter((c) => c.i !== c.j && c.count > 0).sort((a, b) => b.count - a.count).slice(0, 5);
  if (worst.length === 0) return null;
  return html`<h3>Most pixels are lost to</h3><ul class="judge-mistakes">
    ${worst.map((c) => html`<li>
      <strong>${classes[c.i]}</strong> called <strong>${classes[c.j]}</strong>
      <span class="soft">${percent(c.recall)} of it, ${integer(c.count)} px</span>
    </li>`)}
  </ul>`;
}

function Matrix({ mode, cells, classes, colors, onLook }) {
  const [focus, setFocus] = useState([0, 0]);
  const most = Math.max(1, ...cells.flat().map((c) => c.count));
  const move = (e) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[e.key];
    if (!step) return;
    e.preventDefault();
    const next = focus.map((at, k) => Math.min(classes.length - 1, Math.max(0, at + step[k])));
    setFocus(next);
    e.currentTarget.querySelector(`[data-at="${next.join("-")}"]`).focus();
  };
  return html`<div class="table judge-matrix" onMouseLeave=${() => onLook(null)}>
    <table onKeyDown=${move}>
      <caption class="hidden">Confusion matrix: rows are true classes, columns what the model said</caption>
      <thead>
        <tr><td></td><th scope="colgroup" colspan=${classes.length} class="judge-axis">called</th></tr>
        <tr><th scope="col">true</th>${classes.map((name) => html`<th scope="col" class="judge-up"><span><${ClassName} name=${name}
          colors=${colors} /></span></th>`)}</tr>
      </thead>
      <tbody>${cells.map((row, i) => html`<tr>
        <th scope="row"><${ClassName} name=${classes[i]} colors=${colors} /></th>
        ${row.map((cell, j) => html`<${Cell} cell=${cell} mode=${mode} most=${most} here=${focus[0] === i && focus[1] === j} onLook=${onLook}
          onFocus=${() => (setFocus([i, j]), onLook(cell))} />`)}
      </tr>`)}</tbody>
    </table>
  </div>`;
}

function Cell({ cell, mode, most, here, onLook, onFocus }) {
  const share = mode === "counts" ? Math.sqrt(cell.count / most) : (cell[mode] ?? 0);
  const text = mode === "counts" ? short.format(cell.count) : cell[mode] === null ? "" : Math.round(share * 100);
  const ink = share >= 0.7 ? "high" : share >= 0.44 ? "middle" : "low"; // where black and white change places, in light and in dark
  return html`<td class=${`judge-cell ${ink} ${cell.i === cell.j ? "diagonal" : ""}`} style=${{ "--share": `${Math.round(share * 100)}%` }}
    data-at=${`${cell.i}-${cell.j}`}
    tabindex=${here ? 0 : -1} onMouseEnter=${() => onLook(cell)} onFocus=${onFocus}>${cell.count === 0 ? html`<span class="hidden">0</span>` : text}</td>`;
}
