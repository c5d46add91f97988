// What an answer says beside the mask: how far the picture is from what the model knows, and files to take away.
import { send } from "../../lib/api.js";
import { Fragment, html } from "../../lib/html.js";
import { useAction } from "../../lib/hooks.js";
import { number } from "../../lib/format.js";
import { blobOf } from "../../lib/labels.js";
import { ProblemNotice, save } from "../../lib/ui/basics.js";
import { cocoOf } from "./masks.js";

// Units of CIE L*a*b*: 2 to 3 are just seen, and the alignment of domains in the demo closes gaps of 10 to 30.
const grades = [
  [5, "good", "Like the pictures the model was adapted to."],
  [15, "warn", "Somewhat unlike the pictures the model was adapted to: look twice at small classes."],
  [Infinity, "bad", "Far from the pictures the model was adapted to: expect worse masks than its figures promise."],
];

export function DriftNote({ drift }) {
  if (!drift) return html`<p class="soft">No drift: this checkpoint was adapted to no target domain.</p>`;
  const [, kind, text] = grades.find(([below]) => drift.total < below);
  const parts = [["Mean lightness", drift.meanLightness], ["Lightness", drift.lightness], ["Green to red", drift.a], ["Blue to yellow", drift.b]];
  return html`<div class="segment-drift">
    <p><span class=${`status ${kind}`}>drift ${number(drift.total, 1)}</span> ${text}</p>
    <details><summary>What it is made of</summary>
      <p class="hint">Distances between this picture's colours and the target domain's, in units of CIE L*a*b*; a difference of 2 to 3 is just seen.</p>
      <dl class="figures">${parts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${number(value, 1)}</dd></div>`)}</dl>
    </details>
  </div>`;
}

const stemOf = (name) => name.split("/").pop().replace(/\.\w+$/, "");

export function Downloads({ item, answer, labels }) {
  const stem = stemOf(item.name);
  const json = (value, name) => save(new Blob([JSON.stringify(value)], { type: "application/json" }), name);
  // What the answer does not hold is asked of the same checkpoint, whatever an alias means by now.
  const ask = useAction(async (accept, query, name) => {
    const sent = await send("POST", "/segmentations", {
      query: { checkpoint: answer.checkpoint, ...query },
      headers: { Accept: accept, "Content-Type": item.blob.type || "application/octet-stream" },
      body: item.blob,
    });
    save(await sent.blob(), name);
  });
  const button = (text, title, press) => html`<button type="button" title=${title} disabled=${ask.busy} onClick=${press}>${text}</button>`;
  return html`<${Fragment}>
    <h4>Download</h4>
    <p class="actions segment-downloads">
      ${button("Index PNG", "A pixel is a class's index; the palette has the classes' colours", () => save(blobOf(answer.segmentationMask), `${stem}-index.png`))}
      ${button("Colour PNG", "The classes' colours as RGB", () => ask.run("image/png", { encoding: "color" }, `${stem}-color.png`))}
      ${button("Overlay PNG", "The mask over the photograph", () => ask.run("image/png", { encoding: "overlay" }, `${stem}-overlay.png`))}
      ${button("Confidence PNG", "Grey: the winning class's probability times 255", () => save(blobOf(answer.confidenceMask), `${stem}-confidence.png`))}
      ${button("JSON", "The interface's answer, whole", () => json(answer, `${stem}.json`))}
      ${button("COCO RLE", "Regions a class as run-lengths, in COCO's annotation format", () => json(cocoOf(answer, labels, item.name), `${stem}-coco.json`))}
      ${button("Probabilities NPZ", "float16, classes × height × width, for NumPy", () => ask.run("application/x-npz", { include: "probabilities" }, `${stem}.npz`))}
    </p>
    <${ProblemNotice} problem=${ask.problem} />
  </${Fragment}>`;
}
