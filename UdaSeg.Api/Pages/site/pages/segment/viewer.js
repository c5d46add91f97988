// One picture and what one or two checkpoints see in it.
import { Fragment, html, useId, useMemo, useState } from "../../lib/html.js";
import { percent, rgb } from "../../lib/format.js";
import { TimingLine } from "../../lib/timing.js";
import { Loading, ProblemNotice, Progress, Slider } from "../../lib/ui/basics.js";
import { DataTable } from "../../lib/ui/table.js";
import { useMasks } from "./decode.js";
import { DriftNote, Downloads } from "./facts.js";
import { Legend } from "./legend.js";
import { compareMasks, meanConfidence } from "./masks.js";
import { Pictures } from "./pictures.js";

const views = {
  alone: [["classes", "Classes"], ["confidence", "Confidence"]],
  compared: [["slider", "Slider"], ["side", "Side by side"], ["disagreement", "Disagreement"]],
};
const zooms = [1, 2, 4, 8];

/** How pictures are looked at; kept from one picture to the next. `hidden` holds names of classes. */
export const plainDisplay = { hidden: new Set(), opacity: 0.55, zoom: 1, edge: 50 };

/**
 * @param {{item: object, works: (object | undefined)[], names: string[], view: string, setView: (v) => void,
 * display: typeof plainDisplay, setDisplay: (change: object) => void, onRetry: (i: number) => void}} props
 */
export function Viewer({ item, works, onRetry, ...rest }) {
  const failed = works.findIndex((w) => w?.state === "failed");
  if (failed >= 0) {
    return html`<section class="card" aria-label="Result">
      <h2>${item.name}</h2>
      <${ProblemNotice} problem=${works[failed].problem} retry=${() => onRetry(failed)} />
    </section>`;
  }
  const busy = works.find((w) => w?.state !== "done");
  if (busy || works.includes(undefined)) {
    return html`<section class="card" aria-label="Result"><h2>${item.name}</h2>
      ${item.url && html`<img class="segment-preview" src=${item.url} alt="" />`}
      <${Loading} what=${busy?.note ?? "Segmenting"} />
      ${busy?.progress > 0 && busy.progress < 1 && html`<${Progress} value=${busy.progress} label=${`Sending ${item.name}`} />`}
    </section>`;
  }
  return html`<${Finished} item=${item} works=${works} ...${rest} />`;
}

function Finished({ item, works, ...rest }) {
  const [first, second] = works.map((w) => w.answer);
  const masks = [useMasks(first), useMasks(second)];
  const ready = masks[0].masks && (!second || masks[1].masks);
  const problem = masks[0].problem ?? masks[1].problem;
  return html`<section class="card" aria-label="Result">
    <h2>${item.name}</h2>
    <${ProblemNotice} problem=${problem} />
    ${!ready && !problem && html`<${Loading} what="Decoding the masks" />`}
    ${ready && html`<${Masks} item=${item} answers=${works.map((w) => w.answer)} masks=${masks.map((m) => m.masks)} timings=${works.map((w) => w.timings)} ...${rest} />`}
  </section>`;
}

function Masks({ item, answers, masks, names, timings, view, setView, display, setDisplay }) {
  const [first, second] = answers;
  const choices = second ? views.compared : views.alone;
  const shown = choices.some(([key]) => key === view) ? view : choices[0][0];
  const [point, setPoint] = useState(null);
  const comparison = useMemo(() => second && compareMasks(masks[0].labels, masks[1].labels, first.classes, second.classes), [masks[0], masks[1]]);
  const at = (i, [x, y]) => {
    const pixel = y * first.width + x;
    const found = answers[i].classes.find((c) => c.index === masks[i].labels[pixel]);
    return { name: found?.name ?? "no class", color: found?.color, confidence: masks[i].confidence[pixel] / 255 };
  };
  const inWords = (i, p) => `${second ? `${names[i]}: ` : ""}${at(i, p).name}, ${percent(at(i, p).confidence, 0)}`;
  const tell = (p) => `${answers.map((_, i) => inWords(i, p)).join("; ")}, at ${p[0]}, ${p[1]}`;
  return html`<${Fragment}>
    <div class="segment-tools">
      <${Segmented} label="View" value=${shown} onChange=${setView} options=${choices} />
      <${Segmented} label="Zoom" value=${String(display.zoom)} onChange=${(z) => setDisplay({ zoom: Number(z) })} options=${zooms.map((z) => [String(z), `${z}×`])} />
      <${Slider} label="Opacity of the mask" value=${display.opacity} onChange=${(opacity) => setDisplay({ opacity })} step=${0.05} show=${(v) => percent(v, 0)} />
    </div>
    <div class="segment-body">
      <div class="segment-pictures">
        <${Pictures} view=${shown} item=${item} answers=${answers} masks=${masks} names=${names} comparison=${comparison}
          display=${display} setDisplay=${setDisplay} point=${point} onPoint=${setPoint} tell=${tell} />
        <${Readout} point=${point} found=${point && answers.map((_, i) => at(i, point))} names=${second ? names : null} />
        ${comparison && html`<${Agreement} comparison=${comparison} names=${names} />`}
      </div>
      <${Legend} answers=${answers} names=${names} hidden=${display.hidden} setHidden=${(hidden) => setDisplay({ hidden })} at=${point && at(0, point).name} />
    </div>
    <div class="grid segment-facts">
      ${answers.map((answer, i) => html`<${About} key=${i} item=${item} answer=${answer} masks=${masks[i]} timings=${timings[i]} name=${names[i]} />`)}
    </div>
  </${Fragment}>`;
}

/** What is under the crosshair; the place is kept when there is nothing, so that the page does not jump. */
function Readout({ point, found, names }) {
  if (!point) return html`<p class="segment-readout soft">Point at the picture, or focus it and use the arrow keys, to read class and confidence.</p>`;
  return html`<p class="segment-readout" data-x=${point[0]} data-y=${point[1]}>
    <code>${point[0]}, ${point[1]}</code>
    ${found.map((f, i) => html`<span data-class=${f.name} data-confidence=${f.confidence}>
      ${f.color && html`<span class="swatch" style=${{ background: rgb(f.color) }}></span>`}
      ${names && html`<span class="soft">${names[i]}: </span>`}<strong>${f.name}</strong> ${percent(f.confidence, 0)}
    </span>`)}
  </p>`;
}

function Agreement({ comparison, names }) {
  const worst = comparison.disputes.slice(0, 8);
  return html`<div class="segment-agreement">
    <p>The two agree on <strong data-agreement=${comparison.agreement}>${percent(comparison.agreement)}</strong> of the pixels.</p>
    ${worst.length > 0 && html`<details><summary>Where they do not</summary>
      <${DataTable} caption="Largest disagreements" hideCaption rows=${worst} columns=${[
        { key: "first", title: names[0] },
        { key: "second", title: names[1] },
        { key: "share", title: "Share of pixels", numeric: true, show: (r) => percent(r.share, 2) },
      ]} />
    </details>`}
  </div>`;
}

function About({ item, answer, masks, timings, name }) {
  const mean = useMemo(() => meanConfidence(masks.confidence), [masks]);
  return html`<div>
    <h3>${name}</h3>
    <p>${answer.width} × ${answer.height} pixels, mean confidence <strong>${percent(mean)}</strong>.</p>
    <${DriftNote} drift=${answer.drift} />
    <${Downloads} item=${item} answer=${answer} labels=${masks.labels} />
    <${TimingLine} timings=${timings}> By ${answer.engine}.</${TimingLine}>
  </div>`;
}

function Segmented({ label, value, onChange, options }) {
  const name = useId();
  return html`<fieldset class="segment-choice"><legend>${label}</legend>
    ${options.map(([key, text]) => html`<label key=${key}><input type="radio" name=${name} checked=${key === value} onChange=${() => onChange(key)} />${text}</label>`)}
  </fieldset>`;
}
