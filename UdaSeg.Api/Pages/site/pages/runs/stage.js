// One stage: the thresholds of its pseudo-labels, the confidences they come from, and the category centres.
import { BarChart, HeatMap } from "../../lib/charts.js";
import { html, useEffect, useMemo, useState } from "../../lib/html.js";
import { useApi } from "../../lib/hooks.js";
import { Empty, Loaded } from "../../lib/ui/basics.js";
import { integer, percent, rgb } from "../../lib/format.js";
import { Confidences } from "./confidences.js";
import { Gallery } from "./gallery.js";
import { WhatIf } from "./what-if.js";
import { stageName } from "./state.js";

/** @param {{run: object, item: object}} props `item` is the stage in the run's list: its state says when to ask again. */
export function Stage({ run, item }) {
  const path = `/training-runs/${run.id}/stages/${item.stage}`;
  const stage = useApi(path);
  const space = useApi(`/label-spaces/${encodeURIComponent(run.labelSpace)}`);
  useEffect(() => {
    if (!stage.loading) stage.reload();
  }, [item.state]);
  if (item.stage === 0) {
    return html`<${Empty} title="Stage 0 has no teacher">
      <p>It learns from the aligned source alone, so there are no pseudo-labels to show. Its figures are in the table above.</p></${Empty}>`;
  }
  return html`<div>
    <h2>Stage ${stageName(item.stage)}</h2>
    <${Loaded} of=${stage} what="Loading the stage">
      ${(s) => (s.thresholds ? html`<${Prepared} ...${{ s, path, run }} colors=${colorsOf(space.data, s.classes)} />` : html`<${Empty} title="Not prepared yet">
        <p>Thresholds and centres appear when the teacher has looked at the target.</p></${Empty}>`)}</${Loaded}>
  </div>`;
}

/** A class's colour by the name of the class; undefined while the label space is not there. */
const colorsOf = (space, classes) => classes.map((name) => {
  const found = space?.classes.find((c) => c.name === name);
  return found && rgb(found.color);
});

const asPercent = (v) => percent(v, 1);

function Prepared({ s, path, run, colors }) {
  const [then, setThen] = useState(null);
  const predicted = useMemo(() => html`<section class="card" aria-labelledby="predicted-title">
    <h3 id="predicted-title">What the teacher sees</h3>
    <${BarChart} label="Predicted share of the target’s pixels by class" names=${s.classes} series=${[{ name: "predicted share", values: s.predictedShareByClass }]}
      colors=${colors} format=${asPercent} />
  </section>`, [s, colors.join()]);
  return html`<div>
    <dl class="figures">
      <div><dt>Kept</dt><dd>${percent(s.keptShare)}</dd></div>
      <div><dt>p</dt><dd>${s.percent} %</dd></div>
      <div><dt>P<sub>h</sub></dt><dd>${s.maxThreshold}</dd></div>
      <div><dt>Target pixels</dt><dd>${integer(s.pixelsByClass.reduce((a, b) => a + b, 0))}</dd></div>
      <div><dt>Classes predicted</dt><dd>${s.pixelsByClass.filter((n) => n > 0).length} of ${s.classes.length}</dd></div>
    </dl>
    <${WhatIf} ...${{ s, path }} onThen=${setThen} />
    <${Confidences} ...${{ s, colors, then }} />
    <div class="grid">${predicted}<${Centres} s=${s} /></div>
    <${Gallery} ...${{ path, run }} />
  </div>`;
}

function Centres({ s }) {
  return useMemo(() => html`<section class="card" aria-labelledby="centres-title">
    <h3 id="centres-title">Category centres</h3>
    <p class="soft">How far the classes’ mean features are apart, 0 to 2. Pairs that are close are easily confused, and the triplet loss works on them.</p>
    <${HeatMap} label="Distances of the category centres" rows=${s.classes} columns=${s.classes} values=${s.centerDistances} />
  </section>`, [s]);
}
