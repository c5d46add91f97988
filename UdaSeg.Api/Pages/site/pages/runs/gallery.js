// The pseudo-labels that a stage trained on, picture by picture.
import { html, useEffect, useRef, useState } from "../../lib/html.js";
import { useAll } from "../../lib/hooks.js";
import { ApiImage, Empty, Loading, ProblemNotice, Select } from "../../lib/ui/basics.js";
import { percent, plural } from "../../lib/format.js";

const perPage = 12;
const orders = { most: (a, b) => b.keptShare - a.keptShare, least: (a, b) => a.keptShare - b.keptShare, name: (a, b) => a.sample.localeCompare(b.sample, "en") };
const pictureOf = (path, sample) => `${path}/pseudo-labels/${sample.split("/").map(encodeURIComponent).join("/")}`;

export function Gallery({ path }) {
  const labels = useAll(`${path}/pseudo-labels`, { max: 2000 });
  return html`<section class="card" aria-labelledby="gallery-title">
    <h3 id="gallery-title">Pseudo-labels</h3>
    ${labels.loading && html`<${Loading} what="Loading the list" />`}
    ${labels.problem && (labels.problem.status === 404 ? html`<${Empty} title="No pseudo-labels are kept">
      <p>They are there while the run needs them, and on servers that keep them.</p></${Empty}>` : html`<${ProblemNotice} problem=${labels.problem}
        retry=${labels.reload} />`)}
    ${labels.data && html`<${Pictures} path=${path} items=${labels.data} />`}
  </section>`;
}

function Pictures({ path, items }) {
  const [order, setOrder] = useState("least");
  const [count, setCount] = useState(perPage);
  const [open, setOpen] = useState(null);
  const sorted = [...items].sort(orders[order]);
  return html`<div>
    <p class="soft">Colour where a pixel has a pseudo-label; the photograph alone where the teacher was not sure enough.</p>
    <${Select} label="Order" value=${order} onChange=${setOrder} options=${[["least", "least kept first"], ["most", "most kept first"], ["name", "by name"]]} />
    <ul class="thumbs">
      ${sorted.slice(0, count).map((item) => html`<li key=${item.sample}>
        <button type="button" class="runs-thumb" onClick=${() => setOpen(item)}>
          <span class="hidden">Enlarge </span>
          <${ApiImage} path=${pictureOf(path, item.sample)} query=${{ encoding: "overlay" }} alt="" />
          <span class="name">${item.sample}</span><span>${percent(item.keptShare)} kept</span>
        </button>
      </li>`)}
    </ul>
    <p class="actions"><span class="soft">${Math.min(count, items.length)} of ${plural(items.length, "image")}</span>
    ${count < items.length && html`<button type="button" onClick=${() => setCount(count + perPage)}>Show more</button>`}</p>
    ${open && html`<${Enlarged} path=${path} item=${open} onClose=${() => setOpen(null)} />`}
  </div>`;
}

function Enlarged({ path, item, onClose }) {
  const dialog = useRef(null);
  const [encoding, setEncoding] = useState("overlay");
  useEffect(() => dialog.current?.showModal(), []);
  return html`<dialog ref=${dialog} class="runs-enlarged" onClose=${onClose} aria-labelledby="enlarged-title">
    <h4 id="enlarged-title">${item.sample}, ${percent(item.keptShare)} kept</h4>
    <${ApiImage} path=${pictureOf(path, item.sample)} query=${{ encoding }} alt=${`Pseudo-labels of ${item.sample}`} />
    <p class="actions">
      <button type="button" aria-pressed=${encoding === "overlay" ? "true" : "false"} onClick=${() => setEncoding("overlay")}>Over the photograph</button>
      <button type="button" aria-pressed=${encoding === "color" ? "true" : "false"} onClick=${() => setEncoding("color")}>Classes alone</button>
      <button type="button" onClick=${onClose}>Close</button>
    </p>
  </dialog>`;
}
