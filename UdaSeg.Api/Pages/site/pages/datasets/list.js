// Every data set, as pictures or as a table, and the ways to add one.
import { Fragment, html, useState } from "../../lib/html.js";
import { bytes, integer, words } from "../../lib/format.js";
import { useAll, useApi, useTitle } from "../../lib/hooks.js";
import { Link, useQueryState } from "../../lib/router.js";
import { Empty, Loaded, Select, TextField, Time } from "../../lib/ui/basics.js";
import { DataTable } from "../../lib/ui/table.js";
import { DatasetCard, SetStatus } from "./card.js";
import { LabelSpaceForm } from "./labelspace.js";
import { RegisterForm } from "./register.js";

export const pollWhileBusy = (sets) => (sets.some((s) => s.status === "validating") ? 1500 : 0);

const panels = { folder: "Register a folder", zip: "Upload a zip", labels: "New label space" };

export function DatasetList() {
  useTitle("Data sets");
  const sets = useAll("/datasets", { every: pollWhileBusy });
  const spaces = useApi("/label-spaces");
  const [adding, setAdding] = useQueryState("new");
  const close = () => setAdding("");
  return html`<${Fragment}>
    <h1>Data sets</h1>
    <p class="lead">Labelled renders are the source, photographs the target. Every file is looked at once before a set can be used; the report says what was found.</p>
    <div class="actions datasets-add" data-needs="trainer">
      ${Object.entries(panels).map(([key, title]) => html`<button type="button" class=${key === "folder" ? "primary" : ""}
        aria-expanded=${adding === key ? "true" : "false"}
        onClick=${() => setAdding(adding === key ? "" : key)}>${title}</button>`)}
    </div>
    ${(adding === "folder" || adding === "zip") && html`<${RegisterForm} key=${adding} kind=${adding} spaces=${spaces} onClose=${close} />`}
    ${adding === "labels" && html`<${LabelSpaceForm} spaces=${spaces} onClose=${close} />`}
    <section aria-labelledby="datasets-all">
      <h2 id="datasets-all">Registered</h2>
      <${Loaded} of=${sets} what="Loading data sets">${(all) => (all.length === 0 ? html`<${NoSets} onAdd=${setAdding} />` : html`<${Sets} all=${all}
        spaces=${spaces.data?.items ?? []} />`)}</${Loaded}>
    </section>
  </${Fragment}>`;
}

const NoSets = ({ onAdd }) => html`<${Empty} title="No data set yet.">
  <p>A training run needs one source with labels and one target. Name a folder that the server may read, or send a zip from here.</p>
  <p class="actions datasets-center">
    <button type="button" onClick=${() => onAdd("folder")}>Register a folder</button>
    <button type="button" onClick=${() => onAdd("zip")}>Upload a zip</button>
  </p>
</${Empty}>`;

function Sets({ all, spaces }) {
  const [view, setView] = useQueryState("view", "pictures");
  const [domain, setDomain] = useQueryState("domain");
  const [text, setText] = useState("");
  const shown = all.filter((s) => (!domain || s.domain === domain) && s.name.toLowerCase().includes(text.trim().toLowerCase()));
  const domains = [...new Set(all.map((s) => s.domain))].sort();
  return html`<div>
    <div class="datasets-filter">
      <${TextField} label="Find by name" type="search" value=${text} onChange=${setText} />
      <${Select} label="Domain" value=${domain} onChange=${setDomain} empty="All" options=${domains.map((d) => [d, words(d)])} />
      <div class="datasets-choice" role="group" aria-label="Show as">
        ${["pictures", "table"].map((v) => html`<button type="button" aria-pressed=${v === view ? "true" : "false"}
          onClick=${() => setView(v)}>${v === "pictures" ? "Pictures" : "Table"}</button>`)}
      </div>
    </div>
    <p class="hidden" role="status">${shown.length} of ${all.length} data sets shown</p>
    ${shown.length === 0 && html`<${Empty} title="Nothing matches." />`}
    ${shown.length > 0 && (view === "table" ? html`<${SetTable} sets=${shown} />` : html`<ul class="datasets-cards">
      ${shown.map((s) => html`<li key=${s.id}><${DatasetCard} set=${s} space=${spaces.find((l) => l.id === s.labelSpace)} /></li>`)}
    </ul>`)}
  </div>`;
}

const SetTable = ({ sets }) => html`<div class="card"><${DataTable} caption="Data sets" hideCaption sortable rows=${sets} rowKey=${(s) => s.id} columns=${[
  { key: "name", title: "Name", show: (s) => html`<${Link} class="datasets-name" href=${`/datasets/${s.id}`}>${s.name}</${Link}>` },
  { key: "status", title: "Status", show: (s) => html`<${SetStatus} set=${s} />` },
  { key: "domain", title: "Domain" },
  { key: "samples", title: "Images", numeric: true, show: (s) => integer(s.samples) },
  { key: "labelled", title: "Labelled", numeric: true, show: (s) => integer(s.labelled) },
  { key: "labelSpace", title: "Label space" },
  { key: "bytes", title: "Size", numeric: true, show: (s) => bytes(s.bytes) },
  { key: "createdAt", title: "Registered", show: (s) => html`<${Time} at=${s.createdAt} />` },
]} /></div>`;
