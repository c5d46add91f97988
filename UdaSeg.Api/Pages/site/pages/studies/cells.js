// The pictures of one image in a row, where each comes from, and what their colours mean.
import { html } from "../../lib/html.js";
import { useBlobUrl } from "../../lib/hooks.js";
import { rgb } from "../../lib/format.js";
import { useComputed } from "./lane.js";

/** What stands in a row: `{key, title, alt, path}`, and for an arm its model, or why it has none. */
export function cellsOf(found, image) {
  return [
    { key: "photo", title: "Photograph", alt: `Photograph ${image.sample}`, path: image.photo },
    { key: "truth", title: "Truth", alt: `Ground truth of ${image.sample}`, path: image.truth },
    ...found.arms.map((arm, i) => ({
      key: `arm-${i}`,
      title: arm.name,
      alt: `Prediction of ${arm.name} on ${image.sample}`,
      path: arm.checkpoint ? image.predictions[i] : null,
      model: arm.checkpoint,
      none: arm.pending ? "not trained yet" : "no model",
    })),
  ];
}

/** A picture as an address; of a model in its turn. */
export function usePicture(cell, query) {
  const plain = useBlobUrl(cell.model ? null : cell.path, query);
  const computed = useComputed(cell.model ? cell.path : null, query, cell.model);
  return cell.model ? computed : plain;
}

export const Legend = ({ classes }) => html`<ul class="judge-legend" aria-label="Classes">${classes.map((c) => html`<li key=${c.index}><span class="swatch"
  style=${{ background: rgb(c.color) }}></span>${c.name}</li>`)}</ul>`;
