// The images that the model does worst on: photo, truth, prediction and errors side by side.
import { html, useEffect, useRef, useState } from "../../lib/html.js";
import { useBlobUrl } from "../../lib/hooks.js";
import { percent } from "../../lib/format.js";
import { Link } from "../../lib/router.js";
import { Notice } from "../../lib/ui/basics.js";
import { layersOf } from "./layers.js";
import { ClassName } from "./names.js";
import { Viewer } from "./viewer.js";

export function WorstImages({ evaluation, colors, aspect }) {
  const [open, setOpen] = useState(null);
  const [missing, setMissing] = useState(false);
  const worst = evaluation.worst ?? [];
  if (worst.length === 0) return html`<p class="soft">No image was measured on its own.</p>`;
  const again = `/evaluations?new=1&checkpoint=${evaluation.checkpoint}&dataset=${evaluation.dataset}`;
  return html`
    <p class="soft">Lowest mIoU first, each over the classes that are in it.
      In the error maps wrong pixels are red over the grey photo, and hatched ones do not count.</p>
    ${missing && html`<${Notice} kind="warn" title="Predictions are not here">
      <p>This evaluation is from before predictions were kept, or its checkpoint was deleted.</p>
      ${evaluation.checkpoint && html`<p><${Link} href=${again}>Measure it anew to see them</${Link}></p>`}
    </${Notice}>`}
    <ol class="judge-worst" style=${{ "--aspect": aspect }}>
      ${worst.map((image, i) => html`<${Sample} key=${image.sample} evaluation=${evaluation} image=${image} onMissing=${() => setMissing(true)}
        onOpen=${() => setOpen(i)} />`)}
    </ol>
    <ul class="judge-legend" aria-label="Classes">${evaluation.perClass.map((c) => html`<li><${ClassName} name=${c.name} colors=${colors} /></li>`)}</ul>
    ${open !== null && html`<${Viewer} evaluation=${evaluation} colors=${colors} at=${open} onMove=${setOpen} onClose=${() => setOpen(null)} />`}`;
}

function Sample({ evaluation, image, onMissing, onOpen }) {
  const host = useRef(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const watch = new IntersectionObserver((seen) => seen.some((s) => s.isIntersecting) && setNear(true), { rootMargin: "400px" });
    watch.observe(host.current);
    return () => watch.disconnect();
  }, []);
  return html`<li ref=${host}>
    <h3>${image.sample} <span class="soft">mIoU ${percent(image.miou)}</span></h3>
    <div class="judge-four">
      ${layersOf(evaluation, image.sample).filter((layer) => !layer.more).map((layer) => html`<${Thumb} key=${layer.key} layer=${layer} sample=${image.sample}
        near=${near} onMissing=${onMissing} />`)}
    </div>
    <button type="button" onClick=${onOpen} aria-label=${`Look closer at ${image.sample}`}>Look closer</button>
  </li>`;
}

function Thumb({ layer, sample, near, onMissing }) {
  const { url, problem } = useBlobUrl(near ? layer.path : null, layer.query);
  const kept = layer.path.startsWith("/evaluations/"); // only the evaluation's own pictures can be gone while the rest is there
  useEffect(() => {
    if (problem && kept && problem.status === 404) onMissing();
  }, [problem]);
  const alt = `${layer.title} of ${sample}`;
  return html`<figure>
    ${url ? html`<img src=${url} alt=${alt} />`
      : problem ? html`<span class="missing-image" role="img"
        aria-label=${`${alt}: ${problem.message}`}>${kept && problem.status === 404 ? "not kept" : problem.message}</span>`
      : html`<span class="pending-image" role="img" aria-label=${`${alt}, loading`}></span>`}
    <figcaption>${layer.title}</figcaption>
  </figure>`;
}
