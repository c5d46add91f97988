// Every checkpoint, and under which names which of them serves.
import { Fragment, html } from "../../lib/html.js";
import { bytes, percent, shortId, words } from "../../lib/format.js";
import { useAll, useTitle } from "../../lib/hooks.js";
import { Link, useQueryState } from "../../lib/router.js";
import { Empty, Loaded, Time } from "../../lib/ui/basics.js";
import { DataTable } from "../../lib/ui/table.js";
import { Serving } from "./aliases.js";
import { ImportForm } from "./import.js";

export function CheckpointList() {
  useTitle("Checkpoints");
  const checkpoints = useAll("/checkpoints");
  const [adding, setAdding] = useQueryState("new");
  const toggle = () => setAdding(adding === "import" ? "" : "import");
  return html`<${Fragment}>
    <h1>Checkpoints</h1>
    <p class="lead">Each stage of a run publishes its model here. An alias is a name that serves one of them, and can pass over to another at any time.</p>
    <p class="actions datasets-add"><button type="button" aria-expanded=${adding === "import" ? "true" : "false"} onClick=${toggle}>Import a checkpoint</button></p>
    ${adding === "import" && html`<${ImportForm} onClose=${() => setAdding("")} />`}
    <${Serving} checkpoints=${checkpoints} />
    <section class="card" aria-labelledby="checkpoints-all">
      <h2 id="checkpoints-all">All checkpoints</h2>
      <${Loaded} of=${checkpoints} what="Loading checkpoints">${(all) => (all.length === 0 ? html`<${NoCheckpoints} />` : html`<${All} rows=${all} />`)}</${Loaded}>
    </section>
  </${Fragment}>`;
}

const NoCheckpoints = () => html`<${Empty} title="No checkpoint yet.">
  <p>A <${Link} href="/runs">training run</${Link}> publishes one at the end of each stage; or import one that was made elsewhere.</p>
</${Empty}>`;

const All = ({ rows }) => html`<${DataTable} caption="Checkpoints, newest first" hideCaption sortable rows=${rows} rowKey=${(c) => c.id} columns=${[
  { key: "name", title: "Name", value: (c) => c.manifest.name, show: (c) => html`<${Named} checkpoint=${c} />` },
  { key: "miou", title: "Mean IoU", numeric: true, value: (c) => c.manifest.metrics.miou ?? null, show: (c) => html`<${Score} value=${c.manifest.metrics.miou} />` },
  { key: "run", title: "Run", value: (c) => c.run ?? "", show: (c) => (c.run ? html`<${Link} href=${`/runs/${c.run}`}>${shortId(c.run)}</${Link}>` : "imported") },
  { key: "stage", title: "Stage", numeric: true, show: (c) => c.stage ?? "–" },
  { key: "backbone", title: "Backbone", value: (c) => words(c.manifest.architecture.backbone) },
  { key: "classes", title: "Classes", numeric: true, value: (c) => c.manifest.labelSpace.count },
  { key: "bytes", title: "Size", numeric: true, show: (c) => bytes(c.bytes) },
  { key: "createdAt", title: "Published", show: (c) => html`<${Time} at=${c.createdAt} />` },
]} />`;

const Named = ({ checkpoint }) => html`<span class="checkpoints-name">
  <${Link} href=${`/checkpoints/${checkpoint.id}`}>${checkpoint.manifest.name}</${Link}>
  <span class="soft">${shortId(checkpoint.id)}</span>
  ${checkpoint.aliases.map((a) => html`<span class="status good">serves ${a}</span>`)}
</span>`;

const Score = ({ value }) => (value === undefined ? "–" : html`<span class="checkpoints-score"><span class="bar" aria-hidden="true"><span
  style=${{ width: `${value * 100}%` }}></span></span>${percent(value)}</span>`);
