// What other settings of the pseudo-labels would have kept, answered from the stored histograms.
import { BarChart } from "../../lib/charts.js";
import { html, useEffect, useMemo, useState } from "../../lib/html.js";
import { ProblemNotice, Slider } from "../../lib/ui/basics.js";
import { percent } from "../../lib/format.js";
import { useLastApi, useSettled } from "./state.js";

/** `onThen` is told the answer whenever it differs from the run's own settings, and null when it does not. */
export function WhatIf({ s, path, onThen }) {
  const [p, setP] = useState(s.percent);
  const [cap, setCap] = useState(s.maxThreshold);
  const asked = useSettled({ percent: p, maxThreshold: cap }, 250);
  const answer = useLastApi(path, { query: { bins: 1, ...asked } });
  const then = answer.data?.whatIf;
  const same = p === s.percent && cap === s.maxThreshold;
  const gained = then ? then.keptShare - s.keptShare : 0;
  useEffect(() => onThen(then && !same ? then : null), [then, same]);
  const charts = useMemo(() => then && html`<${Charts} s=${s} then=${then} />`, [then, s]);
  return html`<section class="card" aria-labelledby="whatif-title">
    <h3 id="whatif-title">What if?</h3>
    <p class="soft">Nothing is trained for this. Move p and P<sub>h</sub>, and see which pixels this stage would have kept.</p>
    <div class="grid">
      <${Slider} label="p: most confident share of each class that is kept in any case" min=${1} max=${100} step=${1} value=${p} onChange=${setP}
        show=${(v) => `${v} %`} />
      <${Slider} label="Pₕ: confidence at which a label is always kept" min=${0.01} max=${1} step=${0.01} value=${cap} onChange=${setCap} show=${(v) => v.toFixed(2)} />
    </div>
    <${ProblemNotice} problem=${answer.problem} retry=${answer.reload} />
    <p class="runs-verdict" role="status" aria-busy=${answer.stale ? "true" : "false"}>
      ${then && html`Kept: <strong>${percent(s.keptShare)}</strong> in the run, <strong class="runs-then">${percent(then.keptShare)}
        </strong> so${Math.abs(gained) < 0.0005 ? "" : ` (${gained > 0 ? "+" : "−"}${(Math.abs(gained) * 100).toFixed(1)} points)`}.`}
      ${!same && html` <button type="button" class="quiet" onClick=${() => (setP(s.percent), setCap(s.maxThreshold))}>Back to the run’s own</button>`}
    </p>
    ${charts}
  </section>`;
}

const asPercent = (v) => percent(v, 1);

function Charts({ s, then }) {
  const pairs = (now, other) => [{ name: "in the run", values: now }, { name: "what if", values: other }];
  return html`<div class="grid">
    <${BarChart} label="Kept share of each class’s pixels" names=${s.classes} series=${pairs(s.keptShareByClass, then.keptShareByClass)} max=${1} format=${asPercent} />
    <${BarChart} label="Threshold by class" names=${s.classes} series=${pairs(s.thresholds, then.thresholds)} max=${1} format=${asPercent} />
  </div>`;
}
