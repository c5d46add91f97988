// One data set: what it is, how its check went, and what lies in it.
import { Fragment, html, useState } from "../../lib/html.js";
import { api } from "../../lib/api.js";
import { bytes, integer, none } from "../../lib/format.js";
import { useAction, useApi, useTitle } from "../../lib/hooks.js";
import { Link, navigate, useQueryState } from "../../lib/router.js";
import { Loaded, Notice, Progress, Status } from "../../lib/ui/basics.js";
import { Confirm } from "../../lib/ui/dialog.js";
import { Tabs } from "../../lib/ui/tabs.js";
import { AlignmentTab } from "./alignment.js";
import { DetailsTab, Lineage } from "./details.js";
import { ReportTab } from "./report.js";
import { SamplesTab } from "./samples.js";
import { StyleTab } from "./style.js";

export function Dataset({ id }) {
  const set = useApi(`/datasets/${encodeURIComponent(id)}`, { every: (s) => (s.status === "validating" ? 1000 : 0) });
  useTitle(set.data?.name ?? "Data set");
  return html`<${Fragment}>
    <p><${Link} href="/datasets">All data sets</${Link}></p>
    ${set.data === null && html`<h1>Data set</h1>`}
    <${Loaded} of=${set} what="Loading the data set">${(s) => html`<${Known} set=${s} />`}</${Loaded}>
  </${Fragment}>`;
}

function Known({ set }) {
  const space = useApi(`/label-spaces/${encodeURIComponent(set.labelSpace)}`);
  const known = (text) => (set.status === "validating" ? none : text);
  return html`<${Fragment}>
    <div class="datasets-head"><h1>${set.name}</h1><${Status} of=${set.status} /></div>
    <${Lineage} set=${set} />
    <dl class="figures">
      <div><dt>Domain</dt><dd>${set.domain}</dd></div>
      <div><dt>Images</dt><dd>${known(integer(set.samples))}</dd></div>
      <div><dt>With labels</dt><dd>${known(integer(set.labelled))}</dd></div>
      <div><dt>Label space</dt><dd>${space.data?.name ?? set.labelSpace}</dd></div>
      <div><dt>Size</dt><dd>${known(bytes(set.bytes))}</dd></div>
    </dl>
    <p class="hidden" role="status">The data set is ${set.status}</p>
    ${set.status === "validating" && html`<${Working} set=${set} />`}
    ${set.status === "invalid" && html`<${Notice} kind="bad" title="This data set cannot be used.">
      <ul>${set.report.errors.map((e) => html`<li>${e}</li>`)}</ul>
      <p>Put the files right and register the folder anew, or send a corrected archive; then delete this one.</p>
    </${Notice}>`}
    ${set.status !== "validating" && html`<${Checked} set=${set} space=${space} />`}
    <${Removal} set=${set} />
  </${Fragment}>`;
}

const Working = ({ set }) => html`<section class="card" aria-labelledby="set-working">
  <h2 id="set-working">${set.progress === null ? "Every file is being looked at" : "Images are being aligned"}</h2>
  ${set.progress === null ? html`<p class="loading"><span class="spinner" aria-hidden="true"></span>Pictures and report come when that is done.</p>`
    : html`<${Progress} value=${set.progress} label="Images aligned" />`}
</section>`;

const measured = [["style", "Style"], ["alignment", "Domain gap"]]; // of sets that are ready
const tabsOf = (set) => [["samples", "Samples"], ["report", "Report"], ...(set.status === "ready" ? measured : []), ["details", "Details"]];

function Checked({ set, space }) {
  const first = set.status === "ready" ? "samples" : "report";
  const [chosen, setTab] = useQueryState("tab", first);
  const tabs = tabsOf(set);
  const tab = tabs.some(([key]) => key === chosen) ? chosen : first;
  return html`<${Tabs} label="About this data set" tabs=${tabs} value=${tab} onChange=${setTab}>
    ${tab === "samples" && html`<${SamplesTab} set=${set} classes=${space.data?.classes ?? []} />`}
    ${tab === "report" && html`<${ReportTab} set=${set} space=${space} />`}
    ${tab === "style" && html`<${StyleTab} set=${set} />`}
    ${tab === "alignment" && html`<${AlignmentTab} set=${set} />`}
    ${tab === "details" && html`<${DetailsTab} set=${set} space=${space.data} />`}
  </${Tabs}>`;
}

function Removal({ set }) {
  const [asking, setAsking] = useState(false);
  const action = useAction(async () => {
    await api.delete(`/datasets/${set.id}`);
    navigate("/datasets");
  });
  const close = () => (setAsking(false), action.clear());
  return html`<${Fragment}>
    <p class="actions datasets-remove" data-needs="trainer"><button type="button" class="danger" onClick=${() => setAsking(true)}>Delete this data set</button></p>
    <${Confirm} open=${asking} onClose=${close} title=${`Delete ${set.name}?`} action="Delete" onConfirm=${action.run} busy=${action.busy} problem=${action.problem}>
      <p>${set.origin === "folder" ? "It is forgotten here; the files of its folder stay." : "It is forgotten, and its files, which belong to the service, go with it."}
        ${set.progress !== null && " The work on it stops."}</p>
      ${action.problem?.status === 409 && html`<p>What uses it comes first: wait for it, or end it on <${Link} href="/runs">Runs</${Link}> or <${Link}
        href="/evaluations">Evaluations</${Link}>.</p>`}
    </${Confirm}>
  </${Fragment}>`;
}
