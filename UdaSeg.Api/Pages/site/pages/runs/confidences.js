// How sure the teacher was, class by class: small pictures of all, one of them large.
import { HistogramChart } from "../../lib/charts.js";
import { html, useMemo, useState } from "../../lib/html.js";
import { compact, integer, percent } from "../../lib/format.js";

const sum = (values) => values.reduce((a, b) => a + b, 0);
const merged = (bins, count) => Array.from({ length: count }, (_, i) => sum(bins.slice((i * bins.length) / count, ((i + 1) * bins.length) / count)));

/** @param {{s: object, colors: string[], then: object | null}} props `then` is what other settings would do; its thresholds are drawn too. */
export function Confidences({ s, colors, then }) {
  const largest = s.pixelsByClass.indexOf(Math.max(...s.pixelsByClass));
  const [chosen, setChosen] = useState(largest);
  const seen = s.classes.map((name, i) => ({ name, i })).filter(({ i }) => s.pixelsByClass[i] > 0);
  const unseen = s.classes.filter((_, i) => s.pixelsByClass[i] === 0);
  const marks = [{ at: s.thresholds[chosen], name: "threshold" }, ...(then ? [{ at: then.thresholds[chosen], name: "what if" }] : [])];
  const shares = s.histograms[chosen].map((n) => n / Math.max(1, s.pixelsByClass[chosen]));
  const large = useMemo(() => html`<${HistogramChart} label=${`Confidence of the pixels predicted as ${s.classes[chosen]}`} min=${0} max=${1} x="confidence"
    series=${[{ name: "share of the class’s pixels", shares }]} height=${240} format=${compact} marks=${marks} />`, [s, chosen, then]);
  return html`<section class="card" aria-labelledby="confidence-title">
    <h3 id="confidence-title">Confidence by class</h3>
    <p class="soft">Of the target’s pixels, by predicted class. The coloured part, right of the line at the threshold, is
      kept${then ? ", as it would be with the settings above" : ""}.</p>
    <div class="runs-multiples">
      ${seen.map(({ name, i }) => html`<button type="button" key=${name} aria-pressed=${i === chosen ? "true" : "false"} onClick=${() => setChosen(i)}>
        <span class="runs-multiple-name">${colors[i] && html`<span class="swatch" style=${{ background: colors[i] }}></span>`}${name}</span>
        <${Small} bins=${merged(s.histograms[i], 32)} threshold=${(then ?? s).thresholds[i]} />
        <span class="soft">${integer(s.pixelsByClass[i])} px, ${percent((then ?? s).keptShareByClass[i], 0)} kept</span>
      </button>`)}
    </div>
    ${unseen.length > 0 && html`<p class="soft">Predicted nowhere: ${unseen.join(", ")}.</p>`}
    ${large}
  </section>`;
}

function Small({ bins, threshold }) {
  const top = Math.max(1, ...bins);
  const width = 128 / bins.length;
  return html`<svg viewBox="0 0 128 44" preserveAspectRatio="none" aria-hidden="true" class="runs-small">
    ${bins.map((n, i) => html`<rect key=${i} x=${i * width} y=${44 - (n / top) * 42} width=${width - 0.6} height=${(n / top) * 42}
      class=${(i + 0.5) / bins.length >= threshold ? "kept" : "left"} />`)}
    <line x1=${threshold * 128} x2=${threshold * 128} y1="0" y2="44" />
  </svg>`;
}
