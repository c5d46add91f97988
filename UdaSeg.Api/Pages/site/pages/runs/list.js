// All runs: filter by status and name, tick some to compare.
import { Fragment, html, useEffect, useState } from "../../lib/html.js";
import { useAll, useTitle } from "../../lib/hooks.js";
import { Empty, Loaded, Progress, Select, Status, TextField, Time } from "../../lib/ui/basics.js";
import { DataTable } from "../../lib/ui/table.js";
import { Link, navigate, useQueryState } from "../../lib/router.js";
import { duration, none, percent, plural } from "../../lib/format.js";
import { ended, named } from "./state.js";

const pageSize = 100;
const most = 8; // curves that one chart can tell apart

export function RunList() {
  useTitle("Runs");
  const [max, setMax] = useState(pageSize);
  const runs = useAll("/training-runs", { max, every: (list) => (list.some((r) => !ended(r.status)) ? 3000 : 15000) });
  return html`<${Fragment}>
    <div class="runs-head">
      <h1>Runs</h1>
      <${Link} href="/runs?new=1" data-needs="trainer" class="button runs-primary">New run</${Link}>
    </div>
    <p class="lead">Each run learns a coarse model from aligned source images and adapts it to the target, stage by stage.</p>
    <${Loaded} of=${runs} what="Loading the runs">
      ${(list) => (list.length === 0 ? html`<${NoRuns} />` : html`<${Runs} list=${list} more=${list.length >= max ? () => setMax(max + pageSize) : null} />`)}</${Loaded}>
  </${Fragment}>`;
}

const NoRuns = () => html`<${Empty} title="No run yet">
  <p>A run needs a labelled <${Link} href="/datasets">source and a target</${Link}>. With both, the preset <code>tiny</code> is done in minutes.</p>
  <p><${Link} href="/runs?new=1" class="button">Start the first run</${Link}></p>
</${Empty}>`;

function Runs({ list, more }) {
  const [status, setStatus] = useQueryState("status");
  const [sought, setSought] = useQueryState("name");
  const [ticked, setTicked] = useState([]);
  const sets = useAll("/datasets");
  const scores = useScores(list);
  const statuses = [...new Set(list.map((r) => r.status))].sort();
  const shown = list.filter((r) => (status === "" || r.status === status) && r.name.toLowerCase().includes(sought.trim().toLowerCase()));
  const filtered = shown.length < list.length ? `${shown.length} of ${plural(list.length, "run")} shown.` : "";
  const advice = ticked.length === 1 ? "Tick another run to compare." : ticked.length > most ? `Up to ${most} runs can be compared.` : filtered;
  const tick = (id, on) => setTicked(on ? [...ticked, id] : ticked.filter((t) => t !== id));
  return html`<div>
    <div class="row runs-tools">
      <${Select} label="Status" value=${status} onChange=${setStatus} empty=${`All (${list.length})`}
        options=${statuses.map((s) => [s, `${s} (${list.filter((r) => r.status === s).length})`])} />
      <${TextField} label="Name contains" type="search" value=${sought} onChange=${setSought} />
      <div class="field">
        <button type="button" disabled=${ticked.length < 2 || ticked.length > most}
          onClick=${() => navigate(`/runs?compare=${ticked.join(",")}`)}>Compare ${ticked.length > 0 ? ticked.length : ""} ticked</button>
        ${ticked.length > 0 && html` <button type="button" class="quiet" onClick=${() => setTicked([])}>Untick</button>`}
      </div>
    </div>
    <p class="hint" role="status">${advice}</p>
    <${DataTable} caption="Runs" hideCaption sortable rows=${shown} rowKey=${(r) => r.id} empty="No run is like that."
      columns=${columns(sets.data, scores, ticked, tick)} />
    ${more && html`<p class="actions"><button type="button" onClick=${more}>Older runs</button></p>`}
  </div>`;
}

const columns = (sets, scores, ticked, tick) => [
  {
    key: "name",
    title: "Run",
    show: (r) => html`<span class="runs-name"><input type="checkbox" checked=${ticked.includes(r.id)} aria-label=${`Compare ${r.name}`}
      onChange=${(e) => tick(r.id, e.target.checked)} />
      <span><${Link} href=${`/runs/${r.id}`}>${r.name}</${Link}>${r.parent && html` <span class="soft">branch</span>`}</span></span>`,
  },
  { key: "status", title: "Status", show: (r) => html`<${Status} of=${r.status} />` },
  { key: "progress", title: "Progress", value: (r) => r.iteration / r.totalIterations, show: (r) => html`<span class="runs-bar"><${Progress}
    value=${r.iteration / r.totalIterations} label=${`Progress of ${r.name}`} /></span>` },
  { key: "stage", title: "Stage", numeric: true, show: (r) => (r.stage === null ? none : `${r.stage} of ${r.stages}`) },
  { key: "miou", title: "mIoU", numeric: true, value: (r) => scores.get(r.id) ?? null, show: (r) => percent(scores.get(r.id)) },
  { key: "target", title: "Target", value: (r) => named([r.target], sets)[0] },
  { key: "createdAt", title: "Submitted", show: (r) => html`<span class="runs-whole"><${Time} at=${r.createdAt} /></span>` },
  { key: "took", title: "Took", numeric: true, value: took, show: (r) => duration(took(r)) },
];

const took = (r) => (r.startedAt ? (new Date(r.endedAt ?? Date.now()) - new Date(r.startedAt)) / 1000 : null);

/** The last mIoU that each run measured itself. */
function useScores(list) {
  const finished = list.map((r) => r.checkpoints.length).reduce((a, b) => a + b, 0);
  const evaluations = useAll(finished > 0 ? "/evaluations" : null, { max: 500 });
  useEffect(() => {
    if (!evaluations.loading) evaluations.reload(); // another stage has ended
  }, [finished]);
  const own = (evaluations.data ?? []).filter((e) => e.run && e.miou !== null && e.miou !== undefined);
  const scores = new Map();
  for (const e of own.sort((a, b) => a.iteration - b.iteration)) scores.set(e.run, e.miou);
  return scores;
}
