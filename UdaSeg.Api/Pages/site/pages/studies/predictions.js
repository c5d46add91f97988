// The same images for all arms, side by side: photograph, truth, and what each arm's model says.
import { html, useEffect, useState } from "../../lib/html.js";
import { useApi } from "../../lib/hooks.js";
import { percent } from "../../lib/format.js";
import { Loaded } from "../../lib/ui/basics.js";
import { Lazy } from "../../lib/ui/lazy.js";
import { Legend, cellsOf, usePicture } from "./cells.js";
import { Enlarged } from "./enlarged.js";

const small = { width: 320 };

export function Predictions({ study }) {
  const found = useApi(`/studies/${study.id}/predictions`);
  useEffect(() => {
    if (found.data) found.reload(); // another run may have a model now
  }, [study.runsEnded]);
  return html`<${Loaded} of=${found} what="Loading the images">${(f) => (f.images.length === 0
    ? html`<p class="soft">The evaluation set has no labelled image.</p>` : html`<${Grid} found=${f} />`)}</${Loaded}>`;
}

function Grid({ found }) {
  const [open, setOpen] = useState(null);
  const heads = cellsOf(found, found.images[0]);
  return html`
    <p class="soft">Images spread over the evaluation set, the same for all arms. An arm is shown by its first seed that has a result; the mIoU under its name is that
      run's over the whole set. Press a picture to see it large.</p>
    <div class="table studies-shots" tabindex="0" role="region" aria-label="Sample predictions"><table>
      <caption class="hidden">Sample predictions</caption>
      <thead><tr>${heads.map((head, i) => html`<th scope="col" key=${head.key}>${head.title}${i > 1 && html`<span class="soft judge-under">${
        found.arms[i - 2].checkpoint ? percent(found.arms[i - 2].miou) : head.none}</span>`}</th>`)}</tr></thead>
      <tbody>${found.images.map((image, row) => html`<tr key=${image.sample} style=${{ "--aspect": (image.width ?? 2) / (image.height ?? 1) }}>
        ${cellsOf(found, image).map((cell, column) => html`<td key=${cell.key}>
          ${cell.path ? html`<${Lazy}>${() => html`<${Shot} cell=${cell} onOpen=${() => setOpen([row, column])} />`}</${Lazy}>`
            : html`<span class="pending-image" role="img" aria-label=${`${cell.alt}: ${cell.none}`}>${cell.none}</span>`}
          ${column === 0 && html`<span class="soft studies-sample">${image.sample}</span>`}
        </td>`)}
      </tr>`)}</tbody>
    </table></div>
    <${Legend} classes=${found.classes} />
    ${open && html`<${Enlarged} found=${found} at=${open} onMove=${setOpen} onClose=${() => setOpen(null)} />`}`;
}

function Shot({ cell, onOpen }) {
  const { url, problem } = usePicture(cell, small);
  if (problem) return html`<span class="missing-image" role="img" aria-label=${`${cell.alt}: ${problem.message}`}>${problem.message}</span>`;
  if (!url) return html`<span class="pending-image" role="img" aria-label=${`${cell.alt}, loading`}></span>`;
  return html`<button type="button" class="studies-shot" aria-label=${`${cell.alt}, larger`} onClick=${onOpen}><img src=${url} alt=${cell.alt} /></button>`;
}
