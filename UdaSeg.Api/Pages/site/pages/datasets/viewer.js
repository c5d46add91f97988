// One sample, as large as the window: image and label, what class lies under the pointer, and how the classes share the picture.
import { html, useEffect, useMemo, useRef, useState } from "../../lib/html.js";
import { integer, percent } from "../../lib/format.js";
import { useBlobUrl } from "../../lib/hooks.js";
import { Dialog } from "../../lib/ui/dialog.js";
import { Swatch, samplePath } from "./card.js";
import { Layers, ModeBar } from "./layers.js";

const zooms = [1, 2, 4, 8];

export function SampleViewer({ set, classes, items, name, onName, mode, onMode, opacity, onOpacity, back, forward }) {
  const [zoom, setZoom] = useState(1);
  const turned = useRef(null);
  const at = items.findIndex((s) => s.name === name);
  useEffect(() => {
    if (!turned.current || !name || items.some((s) => s.name === name)) return;
    onName(items.at(turned.current === "forward" ? 0 : -1).name); // the page that the keys turned to has come
    turned.current = null;
  }, [items]);
  const step = (by) => {
    if (at < 0) return;
    const next = items[at + by];
    if (next) return onName(next.name);
    const turn = by > 0 ? forward : back;
    if (!turn) return;
    turned.current = by > 0 ? "forward" : "back";
    turn();
  };
  const key = (e) => {
    if (e.target.matches("input")) return; // arrows move the slider there
    const act = { ArrowRight: () => step(1), ArrowLeft: () => step(-1), "+": () => setZoom(wider(zoom, 1)), "-": () => setZoom(wider(zoom, -1)) }[e.key];
    if (!act) return;
    e.preventDefault();
    act();
  };
  const sample = items[at];
  const labelled = sample?.labelled ?? set.labelled > 0;
  const edge = (by) => at >= 0 && (items[at + by] || (by > 0 ? forward : back));
  return html`<${Dialog} open=${name !== ""} onClose=${() => onName("")} title=${`Sample ${name}`} wide onKey=${key}>
    <p class="hidden" role="status">Sample ${name}</p>
    <div class="datasets-viewer-head">
      <h2>${name}${sample?.width && html` <span class="soft">${integer(sample.width)} × ${integer(sample.height)}</span>`}</h2>
      <div class="actions">
        <button type="button" disabled=${!edge(-1)} onClick=${() => step(-1)} aria-label="Previous sample">← Previous</button>
        <button type="button" disabled=${!edge(1)} onClick=${() => step(1)} aria-label="Next sample">Next →</button>
        <button type="button" disabled=${zoom === zooms[0]} onClick=${() => setZoom(wider(zoom, -1))} aria-label="Smaller">−</button>
        <span>${zoom}×</span>
        <button type="button" disabled=${zoom === zooms.at(-1)} onClick=${() => setZoom(wider(zoom, 1))} aria-label="Larger">+</button>
        <button type="button" onClick=${() => onName("")}>Close</button>
      </div>
    </div>
    ${labelled && html`<${ModeBar} mode=${mode} onMode=${onMode} opacity=${opacity} onOpacity=${onOpacity} />`}
    <${Picture} key=${name} set=${set} name=${name} what=${labelled ? mode : "image"} labelled=${labelled} classes=${classes} opacity=${opacity} zoom=${zoom} />
    <p class="hint">Left and right arrow keys turn to the next sample, + and − change the size.</p>
  </${Dialog}>`;
}

const wider = (zoom, by) => zooms[Math.min(zooms.length - 1, Math.max(0, zooms.indexOf(zoom) + by))];

function Picture({ set, name, what, labelled, classes, opacity, zoom }) {
  const pixels = usePixels(labelled ? samplePath(set, name, "label") : null);
  const [under, setUnder] = useState("");
  const byColor = useMemo(() => namesByColor(classes), [classes]);
  const point = (e) => {
    if (!pixels) return;
    const box = e.currentTarget.getBoundingClientRect();
    const x = Math.floor(((e.clientX - box.left) / box.width) * pixels.width);
    const y = Math.floor(((e.clientY - box.top) / box.height) * pixels.height);
    setUnder(byColor.get(colorAt(pixels.data, (y * pixels.width + x) * 4))?.name ?? "ignored");
  };
  return html`<div>
    <div class="datasets-stage" tabindex="0" role="region" aria-label="The picture">
      <div class="datasets-zoom" style=${{ width: `${zoom * 100}%` }} onPointerMove=${point} onPointerLeave=${() => setUnder("")}>
        <${Layers} set=${set} name=${name} what=${what} opacity=${opacity} alt=${`${what === "label" ? "Label" : "Image"} of ${name}`} />
      </div>
    </div>
    ${labelled && html`<p class="datasets-under" aria-hidden="true">${under ? `Under the pointer: ${under}` : "Point at the picture to read its classes."}</p>`}
    ${pixels && html`<${Shares} pixels=${pixels} byColor=${byColor} />`}
  </div>`;
}

function Shares({ pixels, byColor }) {
  const rows = useMemo(() => {
    const counts = new Map();
    for (let i = 0; i < pixels.data.length; i += 4) {
      const color = colorAt(pixels.data, i);
      counts.set(color, (counts.get(color) ?? 0) + 1);
    }
    const all = pixels.width * pixels.height;
    return [...counts].map(([color, n]) => ({ ...(byColor.get(color) ?? { name: "ignored" }), share: n / all })).sort((a, b) => b.share - a.share);
  }, [pixels, byColor]);
  return html`<ul class="datasets-legend" aria-label="Classes in this picture">
    ${rows.map((r) => html`<li>${r.color ? html`<${Swatch} color=${r.color} />` : ""}${r.name} <span class="soft">${percent(r.share)}</span></li>`)}
  </ul>`;
}

const colorAt = (data, i) => (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];

/** Two classes may have one colour; then both are named. */
function namesByColor(classes) {
  const map = new Map();
  for (const c of classes) {
    const key = (c.color[0] << 16) | (c.color[1] << 8) | c.color[2];
    map.set(key, { name: map.has(key) ? `${map.get(key).name} or ${c.name}` : c.name, color: c.color });
  }
  return map;
}

/** The label's colours, pixel by pixel, as the browser decodes its palette. */
function usePixels(path) {
  const { url } = useBlobUrl(path);
  const [pixels, setPixels] = useState(null);
  useEffect(() => {
    setPixels(null);
    if (!url) return;
    let gone = false;
    const image = new Image();
    image.onload = () => {
      if (gone) return;
      const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(image, 0, 0);
      setPixels(context.getImageData(0, 0, canvas.width, canvas.height));
    };
    image.src = url;
    return () => (gone = true);
  }, [url]);
  return pixels;
}
