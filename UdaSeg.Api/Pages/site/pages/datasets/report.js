// What validation found.
import { html } from "../../lib/html.js";
import { integer, percent, rgb } from "../../lib/format.js";
import { BarChart } from "../../lib/charts.js";
import { Empty, Notice, ProblemNotice } from "../../lib/ui/basics.js";
import { DataTable } from "../../lib/ui/table.js";

export function ReportTab({ set, space }) {
  const { errors, warnings, classPixels, unknownIds, sizes } = set.report;
  const fine = errors.length === 0 && warnings.length === 0 && unknownIds.length === 0;
  return html`<section aria-labelledby="set-report">
    <h2 id="set-report" class="hidden">Report</h2>
    ${fine && html`<${Notice} kind="good" title="Nothing to complain about."><p>Every file could be read.</p></${Notice}>`}
    ${errors.length > 0 && set.status !== "invalid" && html`<${Notice} kind="bad" title="Errors"><ul>${errors.map((e) => html`<li>${e}</li>`)}</ul></${Notice}>`}
    ${warnings.length > 0 && html`<${Notice} kind="warn" title="Warnings"><ul>${warnings.map((w) => html`<li>${w}</li>`)}</ul></${Notice}>`}
    <${ProblemNotice} problem=${space.problem} />
    <div class="datasets-report">
      <div class="card">${space.data && classPixels.length > 0 ? html`<${ClassBars} pixels=${classPixels} classes=${space.data.classes} />`
        : html`<${Empty} title=${set.labels === null ? "Without labels there are no classes to count." : "No labelled pixel was counted."} />`}</div>
      <div>
        <div class="card"><${DataTable} caption="Image sizes" rows=${sizes} sortable empty="No image." columns=${[
          { key: "size", title: "Width × height", value: (s) => s.width * s.height, show: (s) => `${integer(s.width)} × ${integer(s.height)}` },
          { key: "samples", title: "Images", numeric: true, show: (s) => integer(s.samples) },
        ]} /></div>
        ${set.labels !== null && html`<div class="card"><${DataTable} caption="Unknown label values" rows=${unknownIds} sortable
          empty="None: the mapping lists every value." columns=${[
          { key: "value", title: "Value", show: (u) => html`<code>${u.value}</code>` },
          { key: "pixels", title: "Pixels", numeric: true, show: (u) => integer(u.pixels) },
        ]} />
        ${unknownIds.length > 0 && html`<p class="hint">These pixels are ignored.
          Were they meant to be classes, register the set anew with a mapping that lists them.</p>`}</div>`}
      </div>
    </div>
  </section>`;
}

function ClassBars({ pixels, classes }) {
  const all = pixels.reduce((sum, n) => sum + n, 0);
  const shares = classes.map((c) => (pixels[c.index] ?? 0) / all);
  const rare = classes.filter((c) => (pixels[c.index] ?? 0) === 0).map((c) => c.name);
  return html`<div>
    <${BarChart} label="Labelled pixels by class" names=${classes.map((c) => c.name)} series=${[{ name: "Share of labelled pixels", values: shares }]}
      colors=${classes.map((c) => rgb(c.color))} format=${(v) => percent(v)} values />
    <p class="hint">${integer(all)} labelled pixels.${rare.length > 0 ? ` Nowhere to be seen: ${rare.join(", ")}.` : ""}</p>
  </div>`;
}
