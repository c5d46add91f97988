// The ways to look at one picture and its masks.
import { Fragment, html, useMemo } from "../../lib/html.js";
import { Slider } from "../../lib/ui/basics.js";
import { Stage } from "./stage.js";

// From unsure to sure: dark violet, orange, pale yellow; the lightness alone tells it too.
const ramp = [[45, 10, 85], [225, 100, 40], [255, 250, 195]];
const blend = (at) => {
  const low = Math.min(1, Math.floor(at));
  return ramp[low].map((from, i) => Math.round(from + (at - low) * (ramp[low + 1][i] - from)));
};
const sureness = new Map(Array.from({ length: 256 }, (_, value) => [value, blend((value / 255) * 2)]));
const dispute = new Map([[1, [235, 0, 130]]]);
const colorsOf = (answer) => new Map(answer.classes.map((c) => [c.index, c.color]));
const indicesOf = (answer, names) => new Set(answer.classes.filter((c) => names.has(c.name)).map((c) => c.index));

/** @param {{view: "classes" | "confidence" | "slider" | "side" | "disagreement", comparison?: {map: Uint8Array}}} props and what Stage takes */
export function Pictures({ view, item, answers, masks, names, comparison, display, setDisplay, point, onPoint, tell }) {
  const [first, second] = answers;
  const { hidden, opacity, zoom, edge } = display;
  const colors = useMemo(() => answers.map(colorsOf), [first, second]);
  const unseen = useMemo(() => answers.map((a) => indicesOf(a, hidden)), [first, second, hidden]);
  const common = { photo: item.url, width: first.width, height: first.height, opacity, zoom, point, onPoint, tell };
  const classes = (i, clip) => ({ labels: masks[i].labels, colors: colors[i], hidden: unseen[i], clip });
  const stage = (label, layers, more) => html`<${Stage} label=${label} layers=${layers} ...${common} ...${more} />`;
  if (view === "confidence") {
    return html`<${Fragment}>
      ${stage(`Confidence in ${item.name}`, [{ labels: masks[0].confidence, colors: sureness }])}
      <p class="segment-ramp"><span>unsure, 0 %</span><span class="bar" aria-hidden="true"></span><span>sure, 100 %</span></p>
    </${Fragment}>`;
  }
  if (view === "slider") {
    const line = html`<span class="segment-edge" aria-hidden="true" style=${{ left: `${edge}%` }}></span>`;
    const layers = [classes(0, `inset(0 ${100 - edge}% 0 0)`), classes(1, `inset(0 0 0 ${edge}%)`)];
    return html`<${Fragment}>
      ${stage(`Classes in ${item.name}, two checkpoints`, layers, { children: line })}
      <${Slider} label=${`Left ${names[0]}, right ${names[1]}`} value=${edge} min=${0} max=${100} step=${1} show=${(v) => `${v} %`}
        onChange=${(value) => setDisplay({ edge: value })} />
    </${Fragment}>`;
  }
  if (view === "side") {
    const figure = (i) => html`<figure key=${i}>${stage(`Classes in ${item.name} by ${names[i]}`, [classes(i)])}<figcaption>${names[i]}</figcaption></figure>`;
    return html`<div class="segment-side">${figure(0)}${figure(1)}</div>`;
  }
  if (view === "disagreement") return stage(`Where the checkpoints differ in ${item.name}`, [{ labels: comparison.map, colors: dispute }], { plain: true });
  return stage(`Classes in ${item.name}`, [classes(0)]);
}
