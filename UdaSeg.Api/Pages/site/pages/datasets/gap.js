// The measured gap between two data sets.
import { html, useState } from "../../lib/html.js";
import { number, percent, plural, words } from "../../lib/format.js";
import { BarChart, HistogramChart } from "../../lib/charts.js";
import { DataTable } from "../../lib/ui/table.js";
import { AlignedExample } from "./example.js";
import { StyleCharts } from "./style.js";

const parts = [["total", "All three"], ["lightness", "Lightness L*"], ["a", "a*"], ["b", "b*"], ["meanLightness", "Mean L* alone"]];
const ways = [["meanOfPairs", "Image by image"], ["ofMeans", "Between the means"]];
const explained = {
  meanOfPairs: "The mean over source images of the distance to the reference that each was given.",
  ofMeans: "Between the mean style of the source and that of the target.",
};

export function GapResult({ gap, stale }) {
  const [way, setWay] = useState("meanOfPairs");
  const [before, after] = [gap.before[way], gap.after[way]];
  const left = before.total > 0 ? after.total / before.total - 1 : 0;
  return html`<div class=${stale ? "datasets-stale" : ""}>
    <dl class="figures">
      <div><dt>Distance before</dt><dd>${number(before.total, 1)}</dd></div>
      <div><dt>After ${words(gap.scheme)}</dt><dd>${number(after.total, 1)}</dd></div>
      <div><dt>Change</dt><dd>${left > 0 ? "+" : ""}${percent(left, 0)}</dd></div>
      <div><dt>Mean γ</dt><dd>${number(gap.gamma.mean)}</dd></div>
      <div><dt>Clipped pixels</dt><dd>${percent(gap.clippedShare)}</dd></div>
    </dl>
    <${AlignedExample} key=${JSON.stringify([gap.source, gap.target, gap.scheme, gap.beta, gap.fourierBeta, gap.seed])} gap=${gap} />
    <div class="card">
      <div class="datasets-choice" role="group" aria-label="Distances taken">
        ${ways.map(([key, title]) => html`<button type="button" aria-pressed=${key === way ? "true" : "false"} onClick=${() => setWay(key)}>${title}</button>`)}
      </div>
      <p class="hint">${explained[way]} In units of CIE L*a*b*: first Wasserstein distances, and the length of the three.</p>
      <${BarChart} label="Distance before and after alignment" names=${parts.map(([, title]) => title)} format=${(v) => number(v, 1)}
        series=${[{ name: "Before", values: parts.map(([key]) => before[key]) }, { name: "After", values: parts.map(([key]) => after[key]) }]} values />
    </div>
    <${Gammas} gamma=${gap.gamma} images=${gap.styles.source.images} />
    <h3>Histograms of source, target and aligned source</h3>
    <${StyleCharts} styles=${["source", "target", "aligned"].map((name) => ({ name, style: gap.styles[name] }))} />
  </div>`;
}

function Gammas({ gamma, images }) {
  const { min, max, shares } = gamma.histogram;
  if (!(max > min)) return html`<p class="card">γ is ${number(gamma.mean)} for ${images === 1 ? "the image" : `each of ${plural(images, "image")}`}.</p>`;
  return html`<div class="card">
    <${HistogramChart} label="γ of lightness over the aligned images" x="γ" series=${[{ name: "Share of images", shares }]} min=${min} max=${max}
      format=${(v) => percent(v)} marks=${[{ at: gamma.mean, name: "mean" }]} />
    <${DataTable} caption="Quantiles of γ" hideCaption rows=${[gamma]} columns=${[
      { key: "name", title: "Quantile", show: () => "γ" },
      ...gamma.quantiles.map((q, i) => ({ key: `q${q.percent}`, title: `${q.percent} %`, numeric: true, show: (g) => number(g.quantiles[i].value) })),
    ]} />
    <p class="hint">Below 1 brightens, above 1 darkens.</p>
  </div>`;
}
