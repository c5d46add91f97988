// The photometric style: what alignment moves.
import { html } from "../../lib/html.js";
import { number, plural } from "../../lib/format.js";
import { HistogramChart } from "../../lib/charts.js";
import { useApi } from "../../lib/hooks.js";
import { Loaded } from "../../lib/ui/basics.js";

export const channels = [["l", "Lightness L*"], ["a", "Green to red a*"], ["b", "Blue to yellow b*"]];

/** The three histograms of one or several styles: `[{name, style}]`. */
export const StyleCharts = ({ styles, marks }) => html`<div class="grid datasets-charts">
  ${channels.map(([key, title]) => html`<div class="card" key=${key}><${HistogramChart} label=${title} x=${title}
    series=${styles.map(({ name, style }) => ({ name, shares: style.histograms[key].shares }))} min=${styles[0].style.histograms[key].min}
      max=${styles[0].style.histograms[key].max}
    marks=${marks?.[key] ?? []} /></div>`)}
</div>`;

export function StyleTab({ set }) {
  const style = useApi(`/datasets/${set.id}/style`);
  return html`<section aria-labelledby="set-style">
    <h2 id="set-style">Photometric style</h2>
    <${Loaded} of=${style} what="Measuring the images">${(s) => html`<div>
      <p class="soft">The mean over ${plural(s.images, "image")}, spread evenly over the data set. Shares of pixels in 64 bins.</p>
      <dl class="figures">
        <div><dt>Mean L*</dt><dd>${number(s.meanLightness, 1)}</dd></div>
        <div><dt>Mean a*</dt><dd>${number(s.meanA, 1)}</dd></div>
        <div><dt>Mean b*</dt><dd>${number(s.meanB, 1)}</dd></div>
      </dl>
      <${StyleCharts} styles=${[{ name: set.name, style: s }]} marks=${{ l: mark(s.meanLightness), a: mark(s.meanA), b: mark(s.meanB) }} />
    </div>`}</${Loaded}>
  </section>`;
}

const mark = (at) => [{ at, name: "mean" }];
