// One run: what it is doing, what came of it, and what can be done with it.
import { Fragment, html, useMemo } from "../../lib/html.js";
import { useAll, useTitle } from "../../lib/hooks.js";
import { Loaded, Notice, ProblemNotice, Status, Time } from "../../lib/ui/basics.js";
import { Tabs } from "../../lib/ui/tabs.js";
import { Link, useQueryState } from "../../lib/router.js";
import { duration } from "../../lib/format.js";
import { Actions } from "./actions.js";
import { Curves } from "./curves.js";
import { History } from "./history.js";
import { useRun } from "./live.js";
import { Plan } from "./plan.js";
import { Results } from "./results.js";
import { Stages } from "./stages.js";
import { Where } from "./where.js";
import { ended, named } from "./state.js";

export function OneRun({ id }) {
  const live = useRun(id);
  const sets = useAll("/datasets");
  useTitle(live.run.data?.name ?? "Run");
  return html`<${Fragment}>
    <p><${Link} href="/runs">All runs</${Link}></p>
    ${!live.run.data && html`<h1>Run</h1>`}
    <${Loaded} of=${live.run} what="Loading the run">${(run) => html`<${Shown} ...${{ run, live }} sets=${sets.data} />`}</${Loaded}>
  </${Fragment}>`;
}

function Shown({ run, live, sets }) {
  const [tab, setTab] = useQueryState("tab", "overview");
  const tabs = [["overview", "Overview"], ["stages", `Stages (${run.stages + 1})`], ["plan", "Plan"], ["history", "History"]];
  const known = tabs.some(([key]) => key === tab) ? tab : "overview";
  return html`<div>
    <div class="runs-head"><h1>${run.name}</h1> <${Status} of=${run.status} /></div>
    <${Data} run=${run} sets=${sets} />
    <${Actions} run=${run} reload=${live.run.reload} />
    ${run.failure && html`<div class="notice bad"><strong>The run failed.</strong><p>${run.failure.message}</p><p class="soft">Code <code>${run.failure.code}</code>
      </p></div>`}
    ${run.warnings.map((text) => html`<div class="notice warn"><strong>Mind this.</strong> ${text}</div>`)}
    ${run.status === "interrupted" && html`<${Notice} kind="warn"
      title="Interrupted.">Its process or machine died. It is queued again by itself, and goes on from its last checkpoint.</${Notice}>`}
    ${run.status === "cancelling" && html`<${Notice} kind="warn" title="Cancelling.">
      ${run.cancellation?.mode === "now" ? "It is being ended at once." : "It writes a checkpoint first, to resume from."}</${Notice}>`}
    <${Where} run=${run} progress=${ended(run.status) ? null : live.progress} stream=${live.stream} />
    <${Tabs} label="About this run" tabs=${tabs} value=${known} onChange=${setTab}>
      ${known === "overview" && html`<${Overview} run=${run} live=${live} />`}
      ${known === "stages" && html`<${Stages} run=${run} stages=${live.stages} />`}
      ${known === "plan" && html`<${Plan} run=${run} />`}
      ${known === "history" && html`<${History} run=${run} live=${live} />`}
    </${Tabs}>
  </div>`;
}

function Data({ run, sets }) {
  const link = (id) => html`<${Link} href=${`/datasets/${id}`}>${named([id], sets)[0]}</${Link}>`;
  const took = run.startedAt ? (new Date(run.endedAt ?? Date.now()) - new Date(run.startedAt)) / 1000 : null;
  return html`<dl class="runs-facts">
    <div><dt>Source</dt><dd>${run.source.map((id, i) => html`${i > 0 ? ", " : ""}${link(id)}`)}</dd></div>
    <div><dt>Target</dt><dd>${link(run.target)}</dd></div>
    <div><dt>Evaluation</dt><dd>${run.evaluation ? link(run.evaluation) : "none"}</dd></div>
    <div><dt>Label space</dt><dd>${run.labelSpace}</dd></div>
    <div><dt>Submitted</dt><dd><${Time} at=${run.createdAt} /></dd></div>
    ${run.endedAt && html`<div><dt>Ended</dt><dd><${Time} at=${run.endedAt} />, after ${duration(took)}</dd></div>`}
    ${run.parent && html`<div><dt>Branched from</dt><dd><${Link} href=${`/runs/${run.parent.run}`}>run …${run.parent.run.slice(-8)}
      </${Link}>, which gave it the stages before ${run.parent.fromStage}</dd></div>`}
  </dl>`;
}

function Overview({ run, live }) {
  // Curves are drawn anew only when there is another point: a drawing under the pointer loses its tooltip.
  const curves = useMemo(() => html`<${Curves} points=${live.points} plan=${run.options} loading=${live.metrics.loading}
    waiting=${!ended(run.status)} />`, [live.points.length, live.metrics.loading, run.status]);
  return html`<div>
    <${ProblemNotice} problem=${live.metrics.problem} retry=${live.metrics.reload} />
    ${curves}
    <${Results} run=${run} evaluated=${live.evaluations.length} />
  </div>`;
}
