// How a data set came about, and how its label files are read.
import { Fragment, html } from "../../lib/html.js";
import { compact, shortId, words } from "../../lib/format.js";
import { useAll } from "../../lib/hooks.js";
import { Link } from "../../lib/router.js";
import { Status, Time } from "../../lib/ui/basics.js";
import { DataTable } from "../../lib/ui/table.js";
import { Swatch } from "./card.js";

const SetLink = ({ id, sets }) => {
  const known = sets.find((s) => s.id === id);
  return known ? html`<${Link} href=${`/datasets/${id}`}>${known.name}</${Link}>` : html`<span>a data set that is gone (<code title=${id}>${shortId(id)}</code>)</span>`;
};

/** One line on where an aligned copy comes from. */
export function Lineage({ set }) {
  const from = set.derivedFrom;
  const sets = useAll(from ? "/datasets" : null);
  if (!from || sets.data === null) return null;
  return html`<p class="lead">Made of <${SetLink} id=${from.dataset} sets=${sets.data} />, aligned to <${SetLink} id=${from.target}
    sets=${sets.data} /> by ${words(from.scheme)},
    ${from.scheme === "fourier" ? ` Fourier β ${compact(from.fourierBeta)}` : ` β ${compact(from.beta)}`}, seed ${from.seed}.</p>`;
}

export function DetailsTab({ set, space }) {
  const sets = useAll("/datasets");
  const made = (sets.data ?? []).filter((s) => s.derivedFrom?.dataset === set.id || s.derivedFrom?.target === set.id);
  return html`<section aria-labelledby="set-details">
    <h2 id="set-details" class="hidden">Details</h2>
    <div class="grid">
      <div class="card">
        <h3>Registration</h3>
        <dl class="datasets-facts">
          <dt>Id</dt><dd><code>${set.id}</code></dd>
          <dt>Registered</dt><dd><${Time} at=${set.createdAt} /></dd>
          <dt>From</dt><dd>${{ folder: "a folder of the server", archive: "an uploaded archive", alignment: "an alignment" }[set.origin] ?? words(set.origin)}</dd>
          <dt>Path</dt><dd><code>${set.path}</code></dd>
          <dt>Layout</dt><dd>${words(set.layout)}</dd>
          <dt>Split</dt><dd>${set.split ?? "none"}</dd>
          ${set.layout === "folder" && html`<${Fragment}>
            <dt>Images in</dt><dd><code>${set.images}</code></dd>
            <dt>Labels in</dt><dd>${set.labels ? html`<code>${set.labels}</code>` : "unlabelled"}</dd>
          </${Fragment}>`}
          <dt>Content hash</dt><dd><code>${set.contentHash ?? "not yet known"}</code></dd>
        </dl>
      </div>
      ${set.labels !== null && html`<div class="card"><${Mapping} mapping=${set.mapping} classes=${space?.classes ?? []} /></div>`}
    </div>
    <div class="card"><${DataTable} caption="Aligned copies it took part in" rows=${made} rowKey=${(s) => s.id} empty="None." columns=${[
      { key: "name", title: "Data set", show: (s) => html`<${Link} href=${`/datasets/${s.id}`}>${s.name}</${Link}>` },
      { key: "status", title: "Status", show: (s) => html`<${Status} of=${s.status} />` },
      { key: "part", title: "This one was", value: (s) => (s.derivedFrom.dataset === set.id ? "the source" : "the target") },
      { key: "scheme", title: "Scheme", value: (s) => words(s.derivedFrom.scheme) },
    ]} /></div>
  </section>`;
}

function Mapping({ mapping, classes }) {
  const entries = Object.entries(mapping.values ?? {});
  const of = (index) => entries.filter(([, to]) => to === index).map(([value]) => value).join(mapping.kind === "rgb" ? "; " : ", ");
  const rows = classes.map((c) => ({ name: html`<${Swatch} color=${c.color} />${c.name}`, values: mapping.values ? of(c.index) : c.index }));
  if (mapping.values) rows.push({ name: "Ignored on purpose", values: of(255) });
  const columns = [{ key: "name", title: "Class" }, { key: "values", title: "Values", show: (r) => html`<code>${r.values === "" ? "none" : r.values}</code>` }];
  return html`<${Fragment}>
    <h3>Label mapping</h3>
    <p class="soft">Looked up: ${words(mapping.kind)}. ${mapping.values ? "" : "A value is the class's own index."}</p>
    <details><summary>Value by class</summary><${DataTable} caption="Values of label files by class" hideCaption rows=${rows}
      columns=${columns} /></details>
  </${Fragment}>`;
}
