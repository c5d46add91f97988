// A data set at a glance: one of its pictures, what it holds, and which classes fill it.
import { html } from "../../lib/html.js";
import { bytes, percent, plural, rgb, words } from "../../lib/format.js";
import { useApi } from "../../lib/hooks.js";
import { Link } from "../../lib/router.js";
import { ApiImage, Progress, Status } from "../../lib/ui/basics.js";
import { Lazy } from "../../lib/ui/lazy.js";

/** The address of one of a sample's pictures. */
export const samplePath = (set, name, what) => `/datasets/${set.id}/samples/${encodeURIComponent(name)}/${what}`;

export function SetStatus({ set }) {
  if (set.status === "validating" && set.progress !== null) return html`<span><${Status} of="validating" /> <${Progress} value=${set.progress}
    label=${`Images of ${set.name} made`} /></span>`;
  return html`<${Status} of=${set.status} />`;
}

const holds = (set) => `${plural(set.samples, "image")}, ${set.labelled > 0 ? plural(set.labelled, "label") : "no labels"}, ${bytes(set.bytes)}`;

export function DatasetCard({ set, space }) {
  const faults = set.report.errors.length;
  const warnings = set.report.warnings.length;
  return html`<article class="card datasets-card">
    ${set.status === "ready" ? html`<${Lazy} class="datasets-cover">${() => html`<${Cover} set=${set} />`}</${Lazy}>` : html`<div class="datasets-cover"><span
      class="pending-image">${words(set.status)}</span></div>`}
    <h3><${Link} href=${`/datasets/${set.id}`}>${set.name}</${Link}></h3>
    <p class="datasets-line"><${SetStatus} set=${set} /> <span class="soft">${set.domain}</span>
      ${faults > 0 && html` <span class="status bad">${plural(faults, "error")}</span>`}
      ${warnings > 0 && html` <span class="status warn">${plural(warnings, "warning")}</span>`}
    </p>
    <p class="soft">${holds(set)} · ${space?.name ?? set.labelSpace}</p>
    ${space && html`<${ClassStrip} pixels=${set.report.classPixels} classes=${space.classes} />`}
  </article>`;
}

function Cover({ set }) {
  const first = useApi(`/datasets/${set.id}/samples`, { query: { limit: 1 } });
  const sample = first.data?.items[0];
  if (!sample) return html`<span class="pending-image">${first.problem?.message ?? ""}</span>`;
  return html`<${ApiImage} path=${samplePath(set, sample.name, sample.labelled ? "overlay" : "image")} alt="" />`;
}

/** How the labelled pixels fall on the classes, as one band in the classes' colours. */
export function ClassStrip({ pixels, classes }) {
  const all = pixels.reduce((sum, n) => sum + n, 0);
  if (all === 0) return null;
  const parts = classes.map((c) => ({ ...c, share: (pixels[c.index] ?? 0) / all })).filter((c) => c.share > 0);
  const largest = [...parts].sort((a, b) => b.share - a.share).slice(0, 3);
  const text = `Labelled pixels by class, first: ${largest.map((c) => `${c.name} ${percent(c.share, 0)}`).join(", ")}`;
  return html`<div class="datasets-strip" role="img" aria-label=${text} title=${text}>
    ${parts.map((c) => html`<span style=${{ background: rgb(c.color), flexGrow: c.share }}></span>`)}
  </div>`;
}

export const Swatch = ({ color }) => html`<span class="swatch" style=${{ background: rgb(color) }} aria-hidden="true"></span>`;
