// A data set's pictures, page by page; each opens large.
import { html, useState } from "../../lib/html.js";
import { integer, rgb } from "../../lib/format.js";
import { useApi } from "../../lib/hooks.js";
import { useQueryState } from "../../lib/router.js";
import { Empty, Loaded } from "../../lib/ui/basics.js";
import { Lazy } from "../../lib/ui/lazy.js";
import { Layers, ModeBar } from "./layers.js";
import { SampleViewer } from "./viewer.js";

const pageSize = 24;

export function SamplesTab({ set, classes }) {
  const [cursors, setCursors] = useState([undefined]); // of this page and of those before it: the interface only knows forward
  const page = useApi(`/datasets/${set.id}/samples`, { query: { limit: pageSize, cursor: cursors.at(-1) } });
  const [shown, setShown] = useQueryState("show", set.labelled > 0 ? "overlay" : "image");
  const [opacity, setOpacity] = useState(0.55);
  const [open, setOpen] = useQueryState("sample");
  const mode = set.labelled > 0 ? shown : "image";
  const first = (cursors.length - 1) * pageSize;
  const forward = page.data?.nextCursor ? () => setCursors([...cursors, page.data.nextCursor]) : null;
  const back = cursors.length > 1 ? () => setCursors(cursors.slice(0, -1)) : null;
  return html`<section aria-labelledby="set-samples">
    <h2 id="set-samples" class="hidden">Samples</h2>
    ${set.labelled > 0 && html`<${ModeBar} mode=${mode} onMode=${setShown} opacity=${opacity} onOpacity=${setOpacity} />`}
    <${Loaded} of=${page} what="Loading samples">${({ items }) => html`<div>
      ${items.length === 0 && html`<${Empty} title="No sample." />`}
      <ul class="thumbs datasets-thumbs">
        ${items.map((s) => html`<li key=${s.name}><${Thumb} set=${set} sample=${s} mode=${mode} opacity=${opacity} onOpen=${() => setOpen(s.name)} /></li>`)}
      </ul>
      <${Pager} first=${first} count=${items.length} total=${set.samples} back=${back} forward=${forward} />
      <${SampleViewer} set=${set} classes=${classes} items=${items} name=${open} onName=${setOpen} mode=${mode} onMode=${setShown}
        opacity=${opacity} onOpacity=${setOpacity} back=${back} forward=${forward} />
    </div>`}</${Loaded}>
    ${mode !== "image" && html`<${Legend} classes=${classes} pixels=${set.report.classPixels} />`}
  </section>`;
}

function Thumb({ set, sample, mode, opacity, onOpen }) {
  const ratio = sample.width && sample.height ? `${sample.width} / ${sample.height}` : "3 / 2";
  const what = mode === "image" || !sample.labelled ? "image" : mode;
  return html`<button type="button" class="datasets-thumb" onClick=${onOpen} aria-label=${`Open ${sample.name}`}>
    <span class="datasets-frame" style=${{ aspectRatio: ratio }}><${Lazy}>${() => html`<${Layers} set=${set} name=${sample.name} what=${what}
      opacity=${opacity} />`}</${Lazy}></span>
    <span class="name">${sample.name}${!sample.labelled && set.labelled > 0 ? " (no label)" : ""}</span>
  </button>`;
}

const Pager = ({ first, count, total, back, forward }) => html`<nav class="actions" aria-label="Pages of samples">
  <button type="button" disabled=${!back} onClick=${back}>Previous</button>
  <span role="status">${count === 0 ? "none" : `${integer(first + 1)} to ${integer(first + count)}`} of ${integer(Math.max(total, first + count))}</span>
  <button type="button" disabled=${!forward} onClick=${forward}>Next</button>
</nav>`;

function Legend({ classes, pixels }) {
  return html`<ul class="datasets-legend" aria-label="Colours of the classes">
    ${classes.filter((c) => (pixels[c.index] ?? 0) > 0).map((c) => html`<li><span class="swatch" style=${{ background: rgb(c.color) }}
      aria-hidden="true"></span>${c.name}</li>`)}
  </ul>`;
}
