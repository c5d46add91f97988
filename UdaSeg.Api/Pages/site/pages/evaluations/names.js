// What the ids of an evaluation stand for, in words.
import { useAll } from "../../lib/hooks.js";
import { html } from "../../lib/html.js";
import { rgb, shortId } from "../../lib/format.js";

const byId = (list) => new Map((list.data ?? []).map((item) => [item.id, item]));

/** Data sets, checkpoints, runs and label spaces of this server by their ids. */
export function useNames() {
  const datasets = useAll("/datasets");
  const checkpoints = useAll("/checkpoints");
  const runs = useAll("/training-runs");
  const spaces = useAll("/label-spaces");
  const ready = !datasets.loading && !checkpoints.loading && !runs.loading;
  return { datasets: byId(datasets), checkpoints: byId(checkpoints), runs: byId(runs), spaces: byId(spaces), ready };
}

/** The model that was measured: its checkpoint's name, or the run and iteration when no checkpoint holds it. */
export function modelName(evaluation, names) {
  const checkpoint = names.checkpoints.get(evaluation.checkpoint);
  if (checkpoint) return checkpoint.aliases.length > 0 ? `${checkpoint.manifest.name} (${checkpoint.aliases.join(", ")})` : checkpoint.manifest.name;
  const run = names.runs.get(evaluation.run);
  if (run) return `${run.name} · stage ${evaluation.stage}, iteration ${evaluation.iteration}`;
  return evaluation.checkpoint ? `checkpoint ${shortId(evaluation.checkpoint)}` : `evaluation ${shortId(evaluation.id)}`;
}

export const datasetName = (id, names) => names.datasets.get(id)?.name ?? `data set ${shortId(id)}`;

/** How images were seen and what was counted, where it is not the plain way. */
export function optionsText({ options, subset }) {
  const parts = [];
  if (options.scales) parts.push(`scales ${options.scales.join(", ")}`);
  if (options.flip) parts.push("mirrored too");
  if (options.slidingWindow) {
    const { width, height, stride } = options.slidingWindow;
    parts.push(`windows of ${width} × ${height}${stride ? `, every ${stride} px` : ""}`);
  }
  if (options.missingClasses === "count") parts.push("missing classes count as wrong");
  if (subset) parts.push(`mIoU over subset ${subset}`);
  return parts.length > 0 ? parts.join(" · ") : "whole images, once";
}

/** Colour of each class by name: the figures are in the data set's classes, and the model's serve when the data set is gone. */
export function classColors(evaluation, names) {
  const space = names.spaces.get(names.datasets.get(evaluation.dataset)?.labelSpace) ?? names.checkpoints.get(evaluation.checkpoint)?.manifest.labelSpace;
  return new Map((space?.classes ?? []).map((c) => [c.name, c.color]));
}

export const ClassName = ({ name, colors }) => html`<span class="judge-class">${colors.has(name) && html`<span class="swatch"
  style=${{ background: rgb(colors.get(name)) }}></span>`}${name}</span>`;

export const isOpen = (evaluation) => evaluation.status === "queued" || evaluation.status === "running";
