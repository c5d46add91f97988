// Several runs on one chart, and the options in which they differ.
import { api } from "../../lib/api.js";
import { BarChart, LineChart } from "../../lib/charts.js";
import { Fragment, html, useMemo } from "../../lib/html.js";
import { useAll, useApi, useLoaded, useTitle } from "../../lib/hooks.js";
import { Checkbox, Loaded, Select, Status } from "../../lib/ui/basics.js";
import { DataTable } from "../../lib/ui/table.js";
import { Link, navigate, useQueryState } from "../../lib/router.js";
import { duration, none, percent, words } from "../../lib/format.js";
import { allPoints } from "./live.js";
import { curve, lossNames } from "./curves.js";
import { at, same, shown } from "./schema.js";
import { ended, named } from "./state.js";

const others = { learningRate: (p) => p.learningRate, imagesPerSecond: (p) => p.imagesPerSecond, keptShare: (p) => p.keptShare };

export function CompareRuns({ ids }) {
  useTitle("Compare runs");
  const known = useAll("/training-runs", { max: 500 });
  const runs = useLoaded(
    (signal) => Promise.all(ids.map(async (id) => ({
      run: await api.get(`/training-runs/${id}`, { signal }),
      points: (await allPoints(`/training-runs/${id}`, signal)).points,
    }))),
    [ids],
    { every: (list) => (list.some(({ run }) => !ended(run.status)) ? 5000 : 0) },
  );
  const toggle = (id, on) => {
    const next = on ? [...ids, id] : ids.filter((i) => i !== id);
    navigate(next.length > 0 ? `/runs?compare=${next.join(",")}` : "/runs", { replace: true });
  };
  return html`<${Fragment}>
    <p><${Link} href="/runs">All runs</${Link}></p>
    <h1>Compare runs</h1>
    <details class="card runs-choose" open=${ids.length < 2}>
      <summary>Runs to compare (${ids.length})</summary>
      ${(known.data ?? []).map((r) => html`<${Checkbox} key=${r.id} label=${r.name} checked=${ids.includes(r.id)} onChange=${(on) => toggle(r.id, on)} />`)}
    </details>
    <${Loaded} of=${runs} what="Loading the runs">${(list) => html`<${Compared} list=${list} />`}</${Loaded}>
  </${Fragment}>`;
}

/** Names as they are told apart on a chart: equal ones get the end of their id. */
function labelsOf(list) {
  const names = list.map(({ run }) => run.name);
  return list.map(({ run }) => (names.filter((n) => n === run.name).length > 1 ? `${run.name} …${run.id.slice(-4)}` : run.name));
}

function Compared({ list }) {
  const evaluations = useAll("/evaluations", { max: 1000 });
  const sets = useAll("/datasets");
  const labels = labelsOf(list);
  const measured = (evaluations.data ?? []).filter((e) => e.checkpoint && e.miou !== null).sort((a, b) => a.iteration - b.iteration);
  const scores = list.map(({ run }) => measured.filter((e) => e.run === run.id));
  return html`<div>
    <${Overview} ...${{ list, labels, scores }} sets=${sets.data} />
    <${Curves} ...${{ list, labels }} />
    <${Miou} ...${{ labels, scores }} />
    <${Differences} ...${{ list, labels }} sets=${sets.data} />
  </div>`;
}

function Overview({ list, labels, scores, sets }) {
  const rows = list.map(({ run }, i) => ({ run, label: labels[i], last: scores[i].at(-1) }));
  return html`<section class="card" aria-labelledby="compared-title">
    <h2 id="compared-title">Runs</h2>
    <${DataTable} caption="Compared runs" hideCaption sortable rows=${rows} rowKey=${(r) => r.run.id} columns=${[
      { key: "label", title: "Run", show: (r) => html`<${Link} href=${`/runs/${r.run.id}`}>${r.label}</${Link}>` },
      { key: "status", title: "Status", value: (r) => r.run.status, show: (r) => html`<${Status} of=${r.run.status} />` },
      { key: "miou", title: "Last mIoU", numeric: true, value: (r) => r.last?.miou ?? null, show: (r) => percent(r.last?.miou) },
      { key: "confidence", title: "Mean confidence", numeric: true, value: (r) => r.last?.meanConfidence ?? null, show: (r) => percent(r.last?.meanConfidence) },
      { key: "target", title: "Target", value: (r) => named([r.run.target], sets)[0] },
      { key: "took", title: "Took", numeric: true, value: (r) => took(r.run), show: (r) => duration(took(r.run)) },
    ]} />
  </section>`;
}

const took = (run) => (run.startedAt ? (new Date(run.endedAt ?? Date.now()) - new Date(run.startedAt)) / 1000 : null);

function Curves({ list, labels }) {
  const names = lossNames(list.flatMap(({ points }) => points)).reverse();
  const [wish, setWish] = useQueryState("curve", "total");
  const choices = [...names.map((n) => [n, `loss: ${words(n)}`]), ...Object.keys(others).map((n) => [n, words(n)])];
  const name = choices.some(([key]) => key === wish) ? wish : (choices[0]?.[0] ?? "total");
  const pick = others[name] ?? ((p) => p.losses[name]);
  const key = list.map(({ points }) => points.length).join() + labels.join() + name;
  const title = choices.find(([k]) => k === name)?.[1] ?? name;
  const series = list.map(({ points }, i) => ({ name: labels[i], points: curve(points, pick), dashed: i % 2 === 1 }));
  const chart = useMemo(() => html`<${LineChart} label=${`${title} over the iterations`} series=${series} x="iteration" height=${340} />`, [key]);
  return html`<section class="card" aria-labelledby="curves-title">
    <h2 id="curves-title">Curves</h2>
    ${names.length === 0
      ? html`<p class="soft">None of the runs has reported a figure yet.</p>`
      : html`<div class="runs-curve"><${Select} label="Curve" value=${name} onChange=${setWish} options=${choices} />${chart}</div>`}
  </section>`;
}

function Miou({ labels, scores }) {
  const stages = Array.from({ length: Math.max(0, ...scores.flat().map((e) => e.stage + 1)) }, (_, i) => i);
  const series = scores.map((list, i) => ({ name: labels[i], values: stages.map((stage) => list.find((e) => e.stage === stage)?.miou ?? null) }));
  const names = stages.map((i) => `stage ${i}`);
  const chart = useMemo(
    () => html`<${BarChart} label="mIoU at the end of each stage" names=${names} series=${series} format=${(v) => percent(v, 1)} />`,
    [JSON.stringify(series)],
  );
  return html`<section class="card" aria-labelledby="compared-miou">
    <h2 id="compared-miou">mIoU</h2>
    ${stages.length > 0 ? chart : html`<p class="soft">None of the runs has been measured.</p>`}
  </section>`;
}

function Differences({ list, labels, sets }) {
  const presets = useApi("/training-presets");
  const column = (value) => list.map(({ run }, i) => ({ key: run.id, title: labels[i], show: (row) => value(row, run) }));
  return html`<section class="card" aria-labelledby="differences-title">
    <h2 id="differences-title">What differs</h2>
    <${Loaded} of=${presets}>${(p) => {
      const facts = [
        { path: "source", of: (r) => named(r.source, sets).join(", ") },
        { path: "target", of: (r) => named([r.target], sets)[0] },
        { path: "evaluation", of: (r) => (r.evaluation ? named([r.evaluation], sets)[0] : none) },
        { path: "labelSpace", of: (r) => r.labelSpace },
      ];
      const rows = [...facts, ...p.options.map((o) => ({ path: o.path, meaning: o.meaning, of: (r) => at(r.options, o.path) }))];
      const unlike = rows.filter((row) => list.some(({ run }) => !same(row.of(run), row.of(list[0].run))));
      const columns = [
        { key: "path", title: "Option", show: (r) => html`<code class="runs-whole" title=${r.meaning}>${r.path}</code>` },
        ...column((row, run) => shown(row.of(run))),
      ];
      return html`<${DataTable} caption="Options and data sets in which the runs differ" hideCaption rows=${unlike} rowKey=${(r) => r.path}
        empty=${list.length < 2 ? "Choose another run to compare." : "Nothing: the runs have the same data and options."} columns=${columns} />`;
    }}</${Loaded}>
  </section>`;
}
