// A photograph with masks over it, and a crosshair that mouse, finger and keyboard move.
import { html, useEffect, useRef, useState } from "../../lib/html.js";
import { paint } from "../../lib/labels.js";

const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const far = 10; // pixels a press with Shift
const along = (at, count) => `${((at + 0.5) / count) * 100}%`;
const clamp = (value, count) => Math.min(count - 1, Math.max(0, value));

/**
 * @param {{label: string, photo: string, width: number, height: number, layers: {labels: Uint8Array, colors: Map, hidden?: Set, clip?: string}[],
 * opacity: number, zoom: number, plain?: boolean, point: [number, number] | null, onPoint: (point) => void, tell: (point) => string, children?: any}} props
 * `layers` lie over the photograph in their order; `plain` takes the colour out of it; `tell` says in words what is at a pixel.
 */
export function Stage({ label, photo, width, height, layers, opacity, zoom, plain = false, point, onPoint, tell, children }) {
  const frame = useRef(null);
  const cross = useRef(null);
  const [spoken, setSpoken] = useState("");
  const move = (e) => {
    const box = frame.current.getBoundingClientRect();
    onPoint([clamp(Math.floor(((e.clientX - box.left) / box.width) * width), width), clamp(Math.floor(((e.clientY - box.top) / box.height) * height), height)]);
  };
  const press = (e) => {
    const step = steps[e.key];
    if (!step || e.altKey || e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    const by = e.shiftKey ? far : 1;
    const [x, y] = point ?? [Math.floor(width / 2), Math.floor(height / 2)];
    const next = [clamp(x + step[0] * by, width), clamp(y + step[1] * by, height)];
    onPoint(next);
    setSpoken(tell(next));
    requestAnimationFrame(() => cross.current?.scrollIntoView({ block: "nearest", inline: "nearest" }));
  };
  const enter = (e) => e.target.matches(":focus-visible") && !point && onPoint([Math.floor(width / 2), Math.floor(height / 2)]);
  return html`<div class="segment-scroll">
    <div class="segment-stage" ref=${frame} tabindex="0" role="application" aria-label=${`${label}. Arrow keys move the crosshair, with Shift by ${far} pixels.`}
      style=${{ width: `${zoom * 100}%`, aspectRatio: `${width} / ${height}` }} onPointerMove=${move} onPointerDown=${move} onKeyDown=${press} onFocus=${enter}>
      <img src=${photo} alt="" draggable=${false} class=${plain ? "plain" : ""} />
      ${layers.map((layer, i) => html`<${Layer} key=${i} ...${layer} width=${width} height=${height} opacity=${opacity} />`)}
      ${children}
      ${point && html`<span ref=${cross} class="segment-cross" aria-hidden="true" style=${{ left: along(point[0], width), top: along(point[1], height) }}></span>`}
    </div>
    <p class="hidden" aria-live="polite">${spoken}</p>
  </div>`;
}

function Layer({ labels, colors, hidden, width, height, opacity, clip }) {
  const canvas = useRef(null);
  useEffect(() => paint(canvas.current, labels, width, height, colors, hidden), [labels, colors, hidden, width, height]);
  return html`<canvas ref=${canvas} style=${{ opacity, clipPath: clip }} aria-hidden="true"></canvas>`;
}
