// What a study will cost, told before it is submitted.
import { api } from "../../lib/api.js";
import { html, useEffect, useState } from "../../lib/html.js";
import { useAll, useApi, useLoaded } from "../../lib/hooks.js";
import { bytes, duration, integer, plural } from "../../lib/format.js";
import { Notice, ProblemNotice } from "../../lib/ui/basics.js";
import { merge } from "./figures.js";

/** The value as it was when it last stood still: a keystroke is no question. */
function useSettled(value, wait) {
  const text = JSON.stringify(value);
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), wait);
    return () => clearTimeout(timer);
  }, [text]);
  return JSON.parse(settled);
}

export function Estimate({ form, arms, seeds }) {
  const spaces = useAll("/label-spaces");
  const sets = useAll("/datasets");
  const limits = useApi("/limits");
  const space = form.labelSpace || sets.data?.find((s) => s.id === form.source[0])?.labelSpace;
  const classes = spaces.data?.find((s) => s.id === space)?.count;
  const asked = useSettled({ preset: form.preset, classes, plans: arms.map((a) => JSON.stringify(merge(form.options, a.options))) }, 500);
  const ask = async (options, signal) => {
    try {
      return await api.get("/training-presets/estimate", { query: { preset: asked.preset, classes: asked.classes, options }, signal });
    } catch (problem) {
      if (problem.status !== 422) throw problem;
      return { problem }; // of this arm alone
    }
  };
  const estimates = useLoaded((signal) => Promise.all(asked.plans.map((options) => ask(options, signal))), [asked]);
  const total = arms.length * seeds.length;
  return html`<section class="card">
    <h2>What it takes</h2>
    <p role="status">${plural(arms.length, "arm")} × ${plural(seeds.length, "seed")} = <strong>${plural(total, "run")}</strong></p>
    ${estimates.problem ? html`<${ProblemNotice} problem=${estimates.problem} />`
      : estimates.data === null ? html`<p class="soft">Estimating…</p>`
      : estimates.data.some((a) => a.problem) ? html`<${Faults} answers=${estimates.data} arms=${arms} />`
      : html`<${Sums} answers=${estimates.data} seeds=${seeds.length} parallel=${limits.data?.limits.maxConcurrentRuns} />`}
  </section>`;
}

function Faults({ answers, arms }) {
  const faults = answers.flatMap(({ problem }, i) => (problem ? [{ problem, name: arms[i]?.name || `arm ${i + 1}` }] : []));
  return html`<${Notice} kind="warn" title="As it stands this would be refused"><ul>${faults.map(({ problem, name }) => {
    const fields = Object.entries(problem.errors).map(([field, texts]) => html`<code>${field}</code> ${texts.join(" ")} `);
    return html`<li><strong>${name}</strong>: ${fields.length > 0 ? fields : problem.message}</li>`;
  })}</ul></${Notice}>`;
}

const long = (seconds) => (seconds > 72 * 3600 ? plural(Math.round(seconds / 86400), "day") : duration(seconds));

function Sums({ answers, seeds, parallel }) {
  const hours = answers.map((a) => a.time.hours);
  const known = hours.every((h) => h !== null);
  const seconds = hours.reduce((sum, h) => sum + h, 0) * seeds * 3600;
  const iterations = answers.reduce((sum, a) => sum + a.plan.totalIterations, 0) * seeds;
  return html`
    <dl class="figures">
      <div><dt>Training time of all</dt><dd>${known ? `about ${long(seconds)}` : "not known"}</dd></div>
      <div><dt>Iterations of all</dt><dd>${integer(iterations)}</dd></div>
      <div><dt>Most memory of a run</dt><dd>${bytes(Math.max(...answers.map((a) => a.peakBytes)))}</dd></div>
    </dl>
    <p class="hint">${known && parallel > 0 && `This server trains ${plural(parallel, "run")} at a time. `}
      ${" "}Evaluations and pseudo-labels come on top. ${answers[0].time.note}</p>`;
}
