// IoU, recall and precision of every class, as bars and figures.
import { html } from "../../lib/html.js";
import { integer, none, percent } from "../../lib/format.js";
import { DataTable } from "../../lib/ui/table.js";
import { Meter } from "../../lib/ui/scores.js";
import { ClassName } from "./names.js";

const measured = (value) => html`<span class="judge-measure"><span>${percent(value)}</span><${Meter} value=${value} /></span>`;

const pixels = (c) => html`<span class="judge-line">${integer(c.pixels)} <span class="soft">${percent(c.share)}</span></span>`;

/** Share of what was called a class that is it; null when nothing was. */
export function precisionOf(confusion, index) {
  const called = confusion.reduce((sum, row) => sum + row[index], 0);
  return called > 0 ? confusion[index][index] / called : null;
}

export function ClassScores({ evaluation, colors }) {
  const total = evaluation.perClass.reduce((sum, c) => sum + c.pixels, 0);
  const rows = evaluation.perClass.map((c) => ({ ...c, precision: precisionOf(evaluation.confusion, c.index), share: total > 0 ? c.pixels / total : 0 }));
  const columns = [
    { key: "name", title: "Class", show: (c) => html`<${ClassName} name=${c.name} colors=${colors} />` },
    { key: "iou", title: "IoU", numeric: true, show: (c) => (c.iou === null ? none : measured(c.iou)) },
    { key: "accuracy", title: "Recall", numeric: true, show: (c) => (c.accuracy === null ? none : measured(c.accuracy)) },
    { key: "precision", title: "Precision", numeric: true, show: (c) => (c.precision === null ? none : measured(c.precision)) },
    { key: "pixels", title: "True pixels", numeric: true, show: pixels },
  ];
  const absent = evaluation.absentClasses ?? [];
  return html`
    <p class="soft">Recall: how much of a class was found. Precision: how much of what was called so is it. A heading sorts.</p>
    <${DataTable} caption="Scores by class" hideCaption sortable rows=${rows} rowKey=${(c) => c.index} columns=${columns} />
    ${absent.length > 0 && html`<p class="soft judge-note">Not in the labels, and so in no mean: ${absent.join(", ")}.</p>`}`;
}
