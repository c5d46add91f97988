// What an alignment did: the picture, its lightness, its histograms.
import { html, useMemo } from "../../lib/html.js";
import { useAction, useObjectUrl } from "../../lib/hooks.js";
import { number, percent, words } from "../../lib/format.js";
import { HistogramChart, LineChart } from "../../lib/charts.js";
import { TimingLine } from "../../lib/timing.js";
import { ProblemNotice, save } from "../../lib/ui/basics.js";
import { CompareSlider } from "../../lib/ui/files.js";
import { usePictureUrl } from "./inputs.js";
import { alignedAs } from "./request.js";

/** γ in words: below 1 the curve lifts lightness, above it pushes it down. */
const gammaWords = (gamma) => (Math.abs(gamma - 1) < 0.005 ? "leaves lightness" : gamma > 1 ? "darkens" : "brightens");
const titleOf = (picture, drawn) => picture.file?.name ?? picture.sample ?? drawn ?? "";

export function Result({ result, mediaTypes }) {
  const { answer, image, timings, request } = result;
  const source = usePictureUrl(request.source);
  const reference = usePictureUrl(request.reference, answer.referenceSample);
  const aligned = useObjectUrl(image);
  const { meanLightness: mean } = answer;
  const referenceName = titleOf(request.reference, answer.referenceSample);
  return html`<div class="align-result" data-scheme=${answer.scheme}>
    <div class="align-pictures">
      ${source && aligned && html`<${CompareSlider} before=${source} after=${aligned} beforeLabel="Source" afterLabel="Aligned" alt=${titleOf(request.source)}>
        Left of the edge the source, right of it the same picture in the reference's light.
      </${CompareSlider}>`}
      <figure class="align-reference">
        ${reference && html`<img src=${reference} alt=${`Reference: ${referenceName}`} />`}
        <figcaption>Reference: ${referenceName}${request.reference.seed !== undefined && `, drawn by seed ${request.reference.seed}`}</figcaption>
      </figure>
    </div>
    <dl class="figures">
      <div><dt>γ, ${gammaWords(answer.gamma)}</dt><dd data-figure="gamma">${number(answer.gamma, 3)}</dd></div>
      <div><dt>Mean L* of the source</dt><dd data-figure="source">${number(mean.source, 1)}</dd></div>
      <div><dt>of the reference</dt><dd data-figure="reference">${number(mean.reference, 1)}</dd></div>
      <div><dt>of the aligned image</dt><dd data-figure="aligned">${number(mean.aligned, 1)}</dd></div>
      <div><dt>Clipped to sRGB</dt><dd data-figure="clipped">${percent(answer.clippedShare, 2)}</dd></div>
    </dl>
    <${LightnessRuler} mean=${mean} />
    <${Downloads} result=${result} mediaTypes=${mediaTypes} />
    <${Charts} answer=${answer} />
    <${TimingLine} timings=${timings} />
  </div>`;
}

/** The three means on the way from black to white; the figures above say the same in numbers. */
function LightnessRuler({ mean }) {
  const mark = (key) => html`<span class=${`mark ${key}`} style=${{ left: `${mean[key]}%` }}>
    <span style=${{ transform: `translateX(-${mean[key]}%)` }}>${key}</span>
  </span>`;
  return html`<div class="align-ruler" aria-hidden="true">
    <div class="ramp"></div>${mark("source")}${mark("aligned")}${mark("reference")}
  </div>`;
}

function Downloads({ result, mediaTypes }) {
  const { request, image, answer } = result;
  const stem = `${titleOf(request.source).split("/").pop().replace(/\.\w+$/, "")}-${answer.scheme}`;
  const extension = (type) => type.split("/")[1];
  const fetchAs = useAction(async (type) => save(type === image.type ? image : await alignedAs(type, request), `${stem}.${extension(type)}`));
  return html`<div class="align-downloads">
    <p class="actions">
      ${mediaTypes.map((type) => html`<button type="button" disabled=${fetchAs.busy} onClick=${() => fetchAs.run(type)}>
        Download ${extension(type).toUpperCase()}
      </button>`)}
    </p>
    <${ProblemNotice} problem=${fetchAs.problem} />
  </div>`;
}

const channels = [
  ["l", "L*, lightness"],
  ["a", "a*, green to red"],
  ["b", "b*, blue to yellow"],
];

const names = ["source", "reference", "aligned"];

/** The bins from the first to the last that any of the three uses: colours of streets fill a small part of the axes. */
function occupied({ min, max, ...shares }) {
  const bins = shares.source.length;
  const width = (max - min) / bins;
  const used = (bin) => names.some((name) => shares[name][bin] >= 0.0005);
  let first = 0;
  let last = bins - 1;
  while (first < bins - 8 && !used(first)) first++;
  while (last > first + 7 && !used(last)) last--;
  const series = names.map((name) => ({ name, shares: shares[name].slice(first, last + 1) }));
  return { min: min + first * width, max: min + (last + 1) * width, series };
}

function Charts({ answer }) {
  const { gamma, histograms } = answer;
  // One array a result: a chart draws itself anew for each new one.
  const all = useMemo(
    () => channels.map(([key, label]) => ({ label, ...occupied(histograms[key]) })),
    [histograms],
  );
  const curves = useMemo(() => {
    const at = Array.from({ length: 41 }, (_, i) => i * 2.5);
    return [
      { name: `γ = ${number(gamma, 3)}`, points: at.map((l) => [l, 100 * (l / 100) ** gamma]) },
      { name: "unchanged", points: at.map((l) => [l, l]), dashed: true },
    ];
  }, [gamma]);
  return html`<div class="grid align-charts">
    ${all.map((c) => html`<${HistogramChart} key=${c.label} ...${c} format=${(v) => percent(v, 2)} />`)}
    ${gamma !== 1 && html`<${LineChart} label="Lightness before and after γ" series=${curves} x="L* before" format=${(v) => number(v, 0)}
      height=${200} min=${0} max=${100} />`}
  </div>`;
}

/** Every scheme on the same pair, as pictures; the one chosen is shown large above. */
export function Gallery({ schemes, results, current, onChoose }) {
  return html`<ul class="thumbs align-gallery">
    ${schemes.map((scheme) => html`<li key=${scheme}><${Thumb} scheme=${scheme} result=${results[scheme]} current=${scheme === current} onChoose=${onChoose} /></li>`)}
  </ul>`;
}

function Thumb({ scheme, result, current, onChoose }) {
  const url = useObjectUrl(result?.image ?? null);
  if (result instanceof Error) {
    return html`<div><strong>${words(scheme)}</strong><p class="hint bad">${result.message} ${result.code && html`<code>${result.code}</code>`}</p></div>`;
  }
  const answer = result?.answer;
  return html`<button type="button" class="align-thumb" aria-pressed=${current ? "true" : "false"} onClick=${() => onChoose(scheme)}>
    ${url ? html`<img src=${url} alt="" />` : html`<span class="pending-image">computing…</span>`}
    <strong>${words(scheme)}${current && html` <span class="status">shown</span>`}</strong>
    <span class="name">${answer && `γ ${number(answer.gamma, 3)}, mean L* ${number(answer.meanLightness.aligned, 1)}, clipped ${percent(answer.clippedShare)}`}</span>
  </button>`;
}
