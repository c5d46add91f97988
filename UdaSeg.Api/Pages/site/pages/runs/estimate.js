// What a run would need, worked out by the server while its options are being changed.
import { BarChart } from "../../lib/charts.js";
import { Loading, ProblemNotice, TextField } from "../../lib/ui/basics.js";
import { bytes, duration, integer, plural, words } from "../../lib/format.js";
import { html, useMemo } from "../../lib/html.js";
import { useLastApi, useSettled } from "./state.js";

/** The answer of the estimate for a preset, its changed options and a label space, asked for when typing pauses. */
export function useEstimate({ preset, options, classes, deviceMemory }) {
  const query = useSettled({ preset, options: options && JSON.stringify(options), classes, deviceMemory: deviceMemory.trim() });
  return useLastApi(preset ? "/training-presets/estimate" : null, { query });
}

export function Estimate({ of, deviceMemory, onDeviceMemory }) {
  const e = of.data;
  return html`<section class="card runs-estimate" aria-labelledby="estimate-title" aria-busy=${of.stale ? "true" : "false"}>
    <h2 id="estimate-title">Estimate</h2>
    ${of.problem && (Object.keys(of.problem.errors ?? {}).length > 0 ? html`<p class="hint bad" role="status">
      ${of.problem.message} See the fields marked.</p>` : html`<${ProblemNotice} problem=${of.problem} retry=${of.reload} />`)}
    ${!e && !of.problem && html`<${Loading} what="Working it out" />`}
    ${e && of.problem && html`<p class="hint">For the last settings that were usable:</p>`}
    ${e && html`<${Figures} e=${e} />`}
    <${TextField} label="Memory of your device" placeholder="24GiB" value=${deviceMemory} onChange=${onDeviceMemory}
      error=${of.problem?.errors?.deviceMemory?.join(" ")} hint="Such as 24GiB or 11GB; then the estimate tells whether the plan fits, and what would." />
    ${e?.fit && html`<p class=${`notice ${e.fit.fits ? "good" : "warn"}`}><strong>${e.fit.fits ? "It fits." : "It does not fit."}</strong> ${e.fit.advice}</p>`}
    ${e && html`<details><summary>Where the memory goes</summary><${Memory} e=${e} /></details>`}
  </section>`;
}

function Figures({ e }) {
  const { time } = e;
  return html`<div>
    <dl class="figures">
      <div><dt>Time</dt><dd>${time.hours === null ? "unknown" : length(time.hours)}</dd></div>
      <div><dt>Peak memory</dt><dd>${bytes(e.peakBytes)}</dd></div>
      <div><dt>Iterations</dt><dd>${integer(e.plan.totalIterations)}</dd></div>
      <div><dt>Parameters</dt><dd>${(e.parameters / 1e6).toFixed(1)} M</dd></div>
    </dl>
    <p class="hint">${time.note}</p>
  </div>`;
}

/** Days for what is long, as hours by the thousand say little. */
const length = (hours) => (hours < 72 ? duration(hours * 3600) : plural(Math.round(hours / 24), "day"));

const sums = ["total", "deviceTotal"];

function Memory({ e }) {
  return useMemo(() => {
    const stages = [["stage 0", e.coarse], ["stages 1 and on", e.adaptation]].filter(([, s]) => s);
    const parts = [...new Set(stages.flatMap(([, s]) => Object.keys(s.memory)))].filter((key) => !sums.includes(key));
    const series = stages.map(([name, s]) => ({ name, values: parts.map((key) => s.memory[key] ?? 0) }));
    return html`<${BarChart} label="Memory by part" names=${parts.map(words)} series=${series} format=${bytes} />`;
  }, [e]);
}
