// One image as large as the window: two of its pictures under a slider, and what each pixel is and was called.
import { html, useEffect, useRef, useState } from "../../lib/html.js";
import { useBlobUrl } from "../../lib/hooks.js";
import { percent } from "../../lib/format.js";
import { ProblemNotice, Select } from "../../lib/ui/basics.js";
import { CompareSlider } from "../../lib/ui/files.js";
import { layersOf } from "./layers.js";

export function Viewer({ evaluation, colors, at, onMove, onClose }) {
  const dialog = useRef(null);
  const [left, setLeft] = useState("truth");
  const [right, setRight] = useState("prediction");
  const { sample, miou } = evaluation.worst[at];
  const layers = layersOf(evaluation, sample);
  const choices = layers.map((layer) => [layer.key, layer.title]);
  const last = evaluation.worst.length - 1;
  useEffect(() => {
    dialog.current.showModal();
  }, []);
  return html`<dialog ref=${dialog} class="judge-viewer" onClose=${onClose} aria-labelledby="judge-viewer-title">
    <div class="judge-viewer-head">
      <h3 id="judge-viewer-title">${sample} <span class="soft">mIoU ${percent(miou)}, ${at + 1} of ${last + 1}</span></h3>
      <p class="actions judge-first">
        <button type="button" disabled=${at === 0} onClick=${() => onMove(at - 1)}>← Worse</button>
        <button type="button" disabled=${at === last} onClick=${() => onMove(at + 1)}>Better →</button>
        <button type="button" onClick=${() => dialog.current.close()}>Close</button>
      </p>
    </div>
    <${Pair} key=${sample} layers=${layers} left=${left} right=${right} colors=${colors} sample=${sample} />
    <div class="grid narrow">
      <${Select} label="Left" value=${left} onChange=${setLeft} options=${choices} />
      <${Select} label="Right" value=${right} onChange=${setRight} options=${choices} />
    </div>
  </dialog>`;
}

function Pair({ layers, left, right, colors, sample }) {
  const layer = (key) => layers.find((l) => l.key === key);
  const before = useBlobUrl(layer(left).path, layer(left).query);
  const after = useBlobUrl(layer(right).path, layer(right).query);
  const problem = before.problem ?? after.problem;
  if (problem) return html`<${ProblemNotice} problem=${problem} />`;
  if (!before.url || !after.url) return html`<p class="judge-viewer-wait" role="status">Loading…</p>`;
  return html`<${Probe} layers=${layers} colors=${colors}>
    <${CompareSlider} before=${before.url} after=${after.url} beforeLabel=${layer(left).title} afterLabel=${layer(right).title} alt=${sample} />
  </${Probe}>`;
}

/** Names the classes under the pointer. */
function Probe({ layers, colors, children }) {
  const truth = usePixels(layers.find((l) => l.key === "truth"));
  const prediction = usePixels(layers.find((l) => l.key === "prediction"));
  const [point, setPoint] = useState(null);
  const names = new Map([...colors].map(([name, color]) => [color.join(), name]));
  const nameAt = (pixels) => {
    if (!pixels || !point) return "…";
    const i = (Math.floor(point.y * pixels.height) * pixels.width + Math.floor(point.x * pixels.width)) * 4;
    return names.get(Array.from(pixels.data.slice(i, i + 3)).join()) ?? "no class";
  };
  const look = (e) => {
    const box = e.currentTarget.querySelector(".stack").getBoundingClientRect();
    const [x, y] = [(e.clientX - box.left) / box.width, (e.clientY - box.top) / box.height];
    setPoint(x >= 0 && x < 1 && y >= 0 && y < 1 ? { x, y } : null);
  };
  return html`<div style=${{ "--aspect": truth ? truth.width / truth.height : 2 }} onPointerMove=${look} onPointerLeave=${() => setPoint(null)}>
    ${children}
    <p class="judge-readout">${point
      ? html`here: <strong>${nameAt(truth)}</strong>, called <strong>${nameAt(prediction)}</strong>`
      : "Point at the picture to see what a pixel is and was called."}</p>
  </div>`;
}

/** The picture's pixels, RGBA; null until they are read, or when they cannot be. */
function usePixels(layer) {
  const { url } = useBlobUrl(layer.path, layer.query);
  const [pixels, setPixels] = useState(null);
  useEffect(() => {
    let gone = false;
    if (url) read(url).then((data) => gone || setPixels(data), () => gone || setPixels(null));
    return () => (gone = true);
  }, [url]);
  return pixels;
}

async function read(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
