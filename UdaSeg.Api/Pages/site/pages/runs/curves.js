// What training reported over the iterations; stages are marked.
import { LineChart } from "../../lib/charts.js";
import { Empty, Loading } from "../../lib/ui/basics.js";
import { percent, words } from "../../lib/format.js";
import { html } from "../../lib/html.js";
import { stageMarks } from "./state.js";

const x = "iteration";

/** The names of the loss terms in the order they appear; the total last. */
export function lossNames(points) {
  const names = [...new Set(points.flatMap((p) => Object.keys(p.losses)))];
  return [...names.filter((n) => n !== "total"), ...names.filter((n) => n === "total")];
}

export const curve = (points, pick) => points.map((p) => [p.iteration, pick(p)]).filter(([, value]) => value !== null && value !== undefined);

export function Curves({ points, plan, loading, waiting }) {
  if (points.length === 0) {
    if (loading) return html`<${Loading} what="Loading the curves" />`;
    return html`<div class="runs-gap"><${Empty} title="No curves yet"><p>
      ${waiting ? "They appear with the first iterations." : "The run ended before it reported any figure."}</p></${Empty}></div>`;
  }
  const marks = stageMarks(plan);
  const losses = lossNames(points).map((name) => ({ name: words(name), points: curve(points, (p) => p.losses[name]), dashed: name === "total" }));
  const small = [
    ["Learning rate of the backbone", [["learning rate", (p) => p.learningRate]], {}],
    ["Images per second", [["images per second", (p) => p.imagesPerSecond]], { min: 0 }],
    ["Kept share of the target’s pixels", [["kept", (p) => p.keptShare]], { min: 0, format: (v) => percent(v, 0) }],
    ["Share of time spent waiting for samples", [["waiting", (p) => p.waitShare]], { min: 0, format: (v) => percent(v, 0) }],
  ];
  return html`<div>
    <section class="card" aria-labelledby="curves-title">
      <h2 id="curves-title">Losses</h2>
      <${LineChart} label="Loss terms over the iterations" series=${losses} x=${x} y="loss" marks=${marks} height=${320} />
    </section>
    <div class="grid narrow">
      ${small.map(([label, curves, rest]) => {
        const series = curves.map(([name, pick]) => ({ name, points: curve(points, pick) })).filter((s) => s.points.length > 0);
        return series.length > 0 && html`<section class="card"><${LineChart} label=${label} series=${series} x=${x} marks=${marks} height=${200} ...${rest} /></section>`;
      })}
    </div>
  </div>`;
}
