// Every evaluation of this server, newest first; ticked ones are compared.
import { api } from "../../lib/api.js";
import { Fragment, html, useEffect, useRef } from "../../lib/html.js";
import { useLoaded, useTitle } from "../../lib/hooks.js";
import { percent } from "../../lib/format.js";
import { Link, useQueryState, useRoute } from "../../lib/router.js";
import { Empty, Loaded, Progress, Select, Status, Time } from "../../lib/ui/basics.js";
import { DataTable } from "../../lib/ui/table.js";
import { datasetName, isOpen, modelName, optionsText, useNames } from "./names.js";

const step = 50;
const many = 500; // the interface does not filter, so what is looked for among few would seem not to be there

export function List() {
  useTitle("Evaluations");
  const names = useNames();
  const count = useRef(step);
  const ask = (signal) => api.all("/evaluations", { max: count.current, query: { limit: Math.min(500, count.current) }, signal });
  const list = useLoaded(ask, [], { every: (items) => (items.some(isOpen) ? 1500 : 15000) });
  const show = (n) => {
    count.current = n;
    list.reload();
  };
  const { query } = useRoute();
  const filtered = ["dataset", "checkpoint", "run", "origin"].some((name) => query.has(name));
  useEffect(() => {
    if (filtered && count.current < many) show(many);
  }, [filtered]);
  return html`<${Fragment}>
    <h1>Evaluations</h1>
    <p class="lead">A checkpoint measured on a labelled data set: IoU by class, what is taken for what, and the images it does worst on.
      Runs with an evaluation set measure themselves at each stage's end.</p>
    <p class="actions judge-first" data-needs="trainer"><${Link} class="button primary" href="/evaluations?new=1">New evaluation</${Link}></p>
    <${Loaded} of=${list} what="Loading evaluations">${(items) => (items.length === 0
      ? html`<${Empty} title="Nothing measured yet"><p>Measure a checkpoint on a labelled data set, or train a run with an evaluation set.</p>
        <p><${Link} href="/evaluations?new=1">New evaluation</${Link}></p></${Empty}>`
      : html`<${Filtered} items=${items} names=${names} more=${items.length >= count.current ? () => show(count.current + step) : null} />`)}</${Loaded}>
  </${Fragment}>`;
}

const origins = [["asked", "asked for"], ["run", "taken by runs"]];
const matches = (e, { dataset, checkpoint, run, origin }) =>
  (!dataset || e.dataset === dataset) && (!checkpoint || e.checkpoint === checkpoint) && (!run || e.run === run) && (!origin || (origin === "run") === (e.run !== null));

function Filtered({ items, names, more }) {
  const [dataset, setDataset] = useQueryState("dataset");
  const [checkpoint, setCheckpoint] = useQueryState("checkpoint");
  const [run, setRun] = useQueryState("run");
  const [origin, setOrigin] = useQueryState("origin");
  const [ticked, setTicked] = useQueryState("tick");
  const chosen = ticked ? ticked.split(",") : [];
  const toggle = (id) => setTicked((chosen.includes(id) ? chosen.filter((c) => c !== id) : [...chosen, id]).join(","));
  const shown = items.filter((e) => matches(e, { dataset, checkpoint, run, origin }));
  const choices = (key, name) => [...new Map(items.filter((e) => e[key]).map((e) => [e[key], name(e)])).entries()];
  return html`<${Fragment}>
    <div class="judge-filters" role="group" aria-label="Show only">
      <${Select} label="Data set" value=${dataset} onChange=${setDataset} empty="All" options=${choices("dataset", (e) => datasetName(e.dataset, names))} />
      <${Select} label="Checkpoint" value=${checkpoint} onChange=${setCheckpoint} empty="All" options=${choices("checkpoint", (e) => modelName(e, names))} />
      <${Select} label="Run" value=${run} onChange=${setRun} empty="All" options=${choices("run", (e) => names.runs.get(e.run)?.name ?? e.run)} />
      <${Select} label="Origin" value=${origin} onChange=${setOrigin} empty="All" options=${origins} />
    </div>
    <${Choice} chosen=${chosen} clear=${() => setTicked("")} />
    <${DataTable} caption="Evaluations" hideCaption sortable rows=${shown} rowKey=${(e) => e.id} empty="None of these." columns=${columns(names, chosen, toggle)} />
    ${more && html`<p class="actions"><button type="button" onClick=${more}>Show older ones</button><span class="soft">The newest ${items.length} are here.</span></p>`}
  </${Fragment}>`;
}

function Choice({ chosen, clear }) {
  const enough = chosen.length >= 2;
  const said = `${chosen.length} ticked${enough ? "." : "; one more is needed to compare."}`;
  return html`<p class="judge-choice">
    <span role="status">${chosen.length === 0 ? "Tick evaluations to see them side by side." : said}</span>
    ${enough && html`<${Link} class="button" href=${`/evaluations?compare=${chosen.join(",")}`}>Compare ${chosen.length}</${Link}>`}
    ${chosen.length > 0 && html`<button type="button" class="quiet" onClick=${clear}>Untick all</button>`}
  </p>`;
}

const columns = (names, chosen, toggle) => [
  { key: "model", title: "Model", value: (e) => modelName(e, names), show: (e) => html`<span class="judge-tick">
      <input type="checkbox" aria-label=${`Compare ${modelName(e, names)} on ${datasetName(e.dataset, names)}`} checked=${chosen.includes(e.id)}
        disabled=${e.status !== "succeeded"} onChange=${() => toggle(e.id)} />
      <${Link} href=${`/evaluations/${e.id}`}>${modelName(e, names)}</${Link}></span>` },
  { key: "dataset", title: "Data set", value: (e) => datasetName(e.dataset, names) },
  { key: "origin", title: "Origin", value: (e) => (e.run ? `stage ${e.stage}` : "asked for"), show: (e) => (e.run ? html`
    <${Link} href=${`/runs/${e.run}`}>run, stage ${e.stage}</${Link}>` : "asked for") },
  { key: "options", title: "Seen as", value: optionsText },
  { key: "status", title: "Status", value: (e) => e.status, show: (e) => (e.status === "running" ? html`<${Progress} value=${e.progress}
    label=${`Progress of ${modelName(e, names)}`} />` : html`<${Status} of=${e.status} />`) },
  { key: "miou", title: "mIoU", numeric: true, show: (e) => percent(e.miou) },
  { key: "createdAt", title: "When", show: (e) => html`<${Time} at=${e.createdAt} />` },
];
