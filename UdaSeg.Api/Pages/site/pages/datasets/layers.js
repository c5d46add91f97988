// A sample as image, label or both, and the bar that chooses.
import { html } from "../../lib/html.js";
import { percent } from "../../lib/format.js";
import { ApiImage, Slider } from "../../lib/ui/basics.js";
import { samplePath } from "./card.js";

const modes = [["image", "Images"], ["label", "Labels"], ["overlay", "Both"]];

export const ModeBar = ({ mode, onMode, opacity, onOpacity }) => html`<div class="datasets-modes">
  <div class="datasets-choice" role="group" aria-label="What is shown">
    ${modes.map(([key, title]) => html`<button type="button" aria-pressed=${key === mode ? "true" : "false"} onClick=${() => onMode(key)}>${title}</button>`)}
  </div>
  ${mode === "overlay" && html`<${Slider} label="Opacity of labels" value=${opacity} onChange=${onOpacity} step=${0.05} show=${(v) => percent(v, 0)} />`}
</div>`;

/** The image with its label over it; `what` leaves one of them away. */
export const Layers = ({ set, name, what, opacity, alt = "" }) => html`<span class="datasets-layers">
  ${what !== "label" && html`<${ApiImage} path=${samplePath(set, name, "image")} alt=${alt} />`}
  ${what !== "image" && html`<${ApiImage} path=${samplePath(set, name, "label")} alt=${what === "label" ? alt : ""} class="datasets-label"
    style=${{ opacity: what === "overlay" ? opacity : 1 }} />`}
</span>`;
