// One study as its runs stand: progress, the table, every class, and the runs behind them.
import { api } from "../../lib/api.js";
import { Fragment, html } from "../../lib/html.js";
import { useAll, useApi, useTitle } from "../../lib/hooks.js";
import { plural, shortId } from "../../lib/format.js";
import { Link } from "../../lib/router.js";
import { Loaded, Notice, Progress, Status, Time } from "../../lib/ui/basics.js";
import { CopyButton } from "../../lib/ui/copy.js";
import { FileLink } from "../../lib/ui/filelink.js";
import { CancelStudy } from "./cancel.js";
import { ArmChart } from "./chart.js";
import { isOpen, optionsText, valueText, flatten } from "./figures.js";
import { PaperTable } from "./paper-table.js";
import { Predictions } from "./predictions.js";
import { Runs } from "./runs.js";
import { ArmTable, ClassTable } from "./tables.js";

export function Study({ id }) {
  const study = useApi(`/studies/${id}`, { every: (s) => (isOpen(s) ? 3000 : 0) });
  return html`<${Fragment}>
    <p><${Link} href="/studies">← Studies</${Link}></p>
    ${study.data === null && html`<h1>Study</h1>`}
    <${Loaded} of=${study} what="Loading the study">${(s) => html`<${Shown} study=${s} reload=${study.reload} />`}</${Loaded}>
  </${Fragment}>`;
}

function Shown({ study, reload }) {
  useTitle(study.name);
  const measured = study.arms.some((a) => a.miou);
  return html`<${Fragment}>
    <h1>${study.name}</h1>
    <p class="lead">${plural(study.arms.length, "arm")} × ${plural(study.seeds.length, "seed")}${study.template && ` · template ${study.template}`}</p>
    <p class="soft">Submitted <${Time} at=${study.createdAt} /></p>
    <${Standing} study=${study} />
    <${Actions} study=${study} reload=${reload} />
    ${(study.warnings ?? []).map((w) => html`<${Notice} kind="warn" title="Mind when reading"><p>${w}</p></${Notice}>`)}
    <section class="card"><h2>mIoU by arm</h2>
      ${measured ? html`<${Fragment}><${ArmChart} study=${study} /><${ArmTable} study=${study} /></${Fragment}>` : html`
        <p class="soft">${isOpen(study) ? "The first figure comes when the first run has ended." : "No run has a result."}</p>`}
    </section>
    ${measured && html`<${Fragment}>
      <section class="card"><h2>Table</h2><${PaperTable} study=${study} /></section>
      <section class="card"><h2>Sample predictions</h2><${Predictions} study=${study} /></section>
    </${Fragment}>`}
    ${measured && html`<section class="card"><h2>Class by class</h2><${ClassTable} study=${study} /></section>`}
    <section class="card"><h2>Runs</h2><${Runs} study=${study} /></section>
    <section class="card"><h2>Settings</h2><${Settings} study=${study} /></section>
  </${Fragment}>`;
}

function Standing({ study }) {
  const runs = study.arms.flatMap((a) => a.runs);
  const lost = runs.filter((r) => r.status === "failed" || r.status === "cancelled").length;
  return html`<div class="studies-standing">
    <${Status} of=${study.status} />
    <${Progress} value=${study.runsEnded / study.runsTotal} label="Runs that have ended" />
    <span class="soft" role="status">${study.runsEnded} of ${plural(study.runsTotal, "run")} ended${lost > 0 ? `; ${lost} failed or cancelled, in no figure` : ""}</span>
  </div>`;
}

function Actions({ study, reload }) {
  const path = `/studies/${study.id}`;
  return html`<p class="actions judge-first">
      <${FileLink} path=${`${path}/report`}>HTML report</${FileLink}>
      <${FileLink} path=${`${path}/table.csv`} name=${`study-${study.id}.csv`}>Table (CSV)</${FileLink}>
      <${FileLink} path=${`${path}/table.md`} name=${`study-${study.id}.md`}>Table (Markdown)</${FileLink}>
      <${CopyButton} label="Copy Markdown" text=${() => api.text(`${path}/table.md`)} />
      <${Link} class="button" href=${`/studies?new=1&from=${study.id}`}>New one like this</${Link}>
      ${isOpen(study) && html`<${CancelStudy} study=${study} onDone=${reload} />`}
    </p>`;
}

function Settings({ study }) {
  const sets = useAll("/datasets");
  const set = (id) => html`<${Link} href=${`/datasets/${id}`}>${sets.data?.find((s) => s.id === id)?.name ?? shortId(id)}</${Link}>`;
  const { base } = study;
  return html`<${Fragment}>
    <dl class="studies-settings">
      <div><dt>Source</dt><dd>${base.source.map((id, i) => html`${i > 0 && ", "}${set(id)}`)}</dd></div>
      <div><dt>Target</dt><dd>${set(base.target)}</dd></div>
      <div><dt>Evaluation</dt><dd>${set(base.evaluation)}</dd></div>
      <div><dt>Label space</dt><dd>${base.labelSpace}</dd></div>
      <div><dt>Preset</dt><dd>${base.preset}</dd></div>
      <div><dt>Seeds</dt><dd>${study.seeds.join(", ")}</dd></div>
      ${flatten(base.options).map(([path, value]) => html`<div><dt><code>${path}</code></dt><dd>${valueText(value)}</dd></div>`)}
    </dl>
    <h3>Options of each arm</h3>
    <dl class="studies-own">${study.arms.map((arm) => html`<div><dt>${arm.name}</dt><dd><code>${optionsText(arm.options)}</code></dd></div>`)}</dl>
  </${Fragment}>`;
}
