// Each start of a run and how it ended, and what it said.
import { html, useEffect, useRef, useState } from "../../lib/html.js";
import { useApi } from "../../lib/hooks.js";
import { Checkbox, Loaded, Status, Time } from "../../lib/ui/basics.js";
import { DataTable } from "../../lib/ui/table.js";
import { duration, integer, none, plural } from "../../lib/format.js";
import { ended } from "./state.js";

export function History({ run, live }) {
  return html`<div>
    <${Attempts} run=${run} />
    <${Log} live=${live} over=${ended(run.status)} />
  </div>`;
}

function Attempts({ run }) {
  const attempts = useApi(`/training-runs/${run.id}/attempts`);
  useEffect(() => {
    if (!attempts.loading) attempts.reload();
  }, [run.status, run.attempt]);
  return html`<section class="card" aria-labelledby="attempts-title">
    <h2 id="attempts-title">Attempts</h2>
    <${Loaded} of=${attempts}>${(list) => html`<${DataTable} caption="Starts of the run and their ends" hideCaption rows=${list} rowKey=${(a) => a.attempt}
      empty="The run has not started yet." columns=${[
      { key: "attempt", title: "Attempt" },
      { key: "startedAt", title: "Start", show: (a) => html`<${Time} at=${a.startedAt} />` },
      { key: "endedAt", title: "End", show: (a) => html`<${Time} at=${a.endedAt} />` },
      { key: "took", title: "Took", numeric: true, show: (a) => (a.endedAt ? duration((new Date(a.endedAt) - new Date(a.startedAt)) / 1000) : none) },
      { key: "status", title: "Became", show: (a) => (a.status ? html`<${Status} of=${a.status} />` : "at work") },
      { key: "from", title: "Iterations", numeric: true, show: (a) => `${integer(a.fromIteration)} to ${a.toIteration === null ? "…" : integer(a.toIteration)}` },
      { key: "cause", title: "Cause", show: (a) => a.cause ?? none },
      { key: "owner", title: "Worker", show: (a) => html`<code>${a.owner ?? none}</code>` },
    ]} />`}</${Loaded}>
  </section>`;
}

function Log({ live, over }) {
  const [tail, setTail] = useState(true);
  const box = useRef(null);
  useEffect(() => {
    if (tail && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [live.log.length, tail]);
  return html`<section class="card" aria-labelledby="log-title">
    <div class="runs-head"><h2 id="log-title">Log</h2> <span class="soft">${plural(live.log.length, "line")}</span></div>
    ${!over && html`<${Checkbox} label="Follow the end" checked=${tail} onChange=${setTail} />`}
    ${live.cut && html`<p class="actions"><button type="button" onClick=${live.all}>Load the log from its beginning</button></p>`}
    ${live.log.length === 0
      ? html`<p class="soft">Nothing was said yet.</p>`
      : html`<ol ref=${box} class="runs-log" tabindex="0" aria-label="Log of the run">
        ${live.log.map((l) => html`<li key=${l.sequence} class=${`is-${l.kind}`}><span class="soft">${l.sequence}</span> <span>${l.text}</span></li>`)}</ol>`}
  </section>`;
}
