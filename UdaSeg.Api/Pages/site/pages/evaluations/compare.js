// Several evaluations side by side: which is best at which class, and by how much.
import { api } from "../../lib/api.js";
import { Fragment, html } from "../../lib/html.js";
import { useLoaded, useTitle } from "../../lib/hooks.js";
import { percent, words } from "../../lib/format.js";
import { Link, navigate } from "../../lib/router.js";
import { Empty, Loaded, Notice, save } from "../../lib/ui/basics.js";
import { BarChart } from "../../lib/charts.js";
import { ScoreTable } from "../../lib/ui/scores.js";
import { csvOf } from "./csv.js";
import { ClassName, classColors, datasetName, modelName, optionsText, useNames } from "./names.js";

const settle = (id, signal) => api.get(`/evaluations/${id}`, { signal }).then((evaluation) => ({ id, evaluation }), (problem) => ({ id, problem }));
const letter = (i) => String.fromCharCode(65 + (i % 26)) + (i < 26 ? "" : Math.floor(i / 26));

export function Compare({ ids }) {
  useTitle("Compare evaluations");
  const names = useNames();
  const all = useLoaded((signal) => Promise.all(ids.map((id) => settle(id, signal))), ids);
  return html`<${Fragment}>
    <p><${Link} href=${`/evaluations?tick=${ids.join(",")}`}>← Choose others</${Link}></p>
    <h1>Evaluations side by side</h1>
    <p class="lead">Which is best at which class, and by how much.</p>
    <${Loaded} of=${all} what="Loading the evaluations">${(answers) => html`<${Side} answers=${answers} names=${names} ids=${ids} />`}</${Loaded}>
  </${Fragment}>`;
}

function Side({ answers, names, ids }) {
  const lost = answers.filter((a) => a.problem || a.evaluation.status !== "succeeded");
  const shown = answers.map((a) => a.evaluation).filter((e) => e?.status === "succeeded")
    .map((e, i) => ({ ...e, letter: letter(i), title: modelName(e, names), dataset: e.dataset, datasetTitle: datasetName(e.dataset, names) }));
  return html`<${Fragment}>
    ${lost.map((a) => html`<${Notice} kind="warn" title="One is not here">
      <p><${Link} href=${`/evaluations/${a.id}`}>${a.id}</${Link}>: ${a.problem ? a.problem.message : `it is ${words(a.evaluation.status)} and has no figures`}</p>
    </${Notice}>`)}
    ${shown.length === 0 ? html`<${Empty} title="Nothing to compare"><${Link} href="/evaluations">Choose evaluations</${Link}></${Empty}>`
      : html`<${Fragment}><${Differences} shown=${shown} /><${Members} shown=${shown} ids=${ids} /><${Figures} shown=${shown} names=${names} /></${Fragment}>`}
  </${Fragment}>`;
}

/** What makes the figures not quite comparable. */
export function warningsOf(shown) {
  const differ = (of) => new Set(shown.map(of)).size > 1;
  const classes = (e) => e.perClass.map((c) => c.name).sort().join();
  return [
    differ((e) => e.dataset) && "They were measured on different data sets.",
    differ((e) => JSON.stringify(e.options)) && "Their images were seen or counted in different ways.",
    differ((e) => e.subset) && "Their mIoU is over different subsets; the row over all classes compares.",
    differ(classes) && "Their label spaces have different classes; a class that one lacks is left open.",
    differ((e) => (e.absentClasses ?? []).join()) && "Not the same classes occur in their labels, and a mean is over those that do.",
    shown.some((e) => e.selection === "oracle") && "At least one model was chosen by target labels, which flatters it.",
  ].filter(Boolean);
}

function Differences({ shown }) {
  const warnings = warningsOf(shown);
  if (warnings.length === 0) return null;
  return html`<${Notice} kind="warn" title="Mind when comparing"><ul>${warnings.map((w) => html`<li>${w}</li>`)}</ul></${Notice}>`;
}

function Members({ shown, ids }) {
  const go = (next) => navigate(next.length > 0 ? `/evaluations?compare=${next.join(",")}` : "/evaluations", { replace: true });
  const first = (id) => go([id, ...ids.filter((other) => other !== id)]);
  return html`<ul class="judge-members" aria-label="What is compared">${shown.map((e, i) => html`<li class="card">
    <p><strong class="judge-letter">${e.letter}</strong> <${Link} href=${`/evaluations/${e.id}`}>${e.title}</${Link}></p>
    <p class="soft">${e.run ? `run, stage ${e.stage}` : "asked for"} · ${e.datasetTitle} · ${optionsText(e)}</p>
    <p class="actions">${i === 0 ? html`<span class="soft">others differ from it</span>` : html`<button type="button" onClick=${() => first(e.id)}
      aria-label=${`Differ from this: ${e.letter}, ${e.title}`}>Differ from this</button>`}
      <button type="button" onClick=${() => go(ids.filter((other) => other !== e.id))} aria-label=${`Take away ${e.letter}, ${e.title}`}>Take away</button></p>
  </li>`)}</ul>`;
}

/** Rows of the table: means on top, then every class that any of them has. */
export function rowsOf(shown) {
  const classes = [...new Set(shown.flatMap((e) => e.perClass.map((c) => c.name)))];
  const subsets = [...new Set(shown.flatMap((e) => Object.keys(e.subsets ?? {})))];
  const cell = (value) => (value === null || value === undefined ? null : { value });
  const summary = [
    { key: "miou", name: "mIoU", cells: shown.map((e) => cell(e.miou)) },
    ...(shown.some((e) => e.subset) ? [{ key: "all", name: "mIoU over all classes", cells: shown.map((e) => cell(e.miouOfAll)) }] : []),
    ...subsets.map((name) => ({ key: `subset-${name}`, name: `mIoU over ${name}`, cells: shown.map((e) => cell(e.subsets?.[name])) })),
  ];
  return { summary, rows: classes.map((name) => ({ key: name, name, cells: shown.map((e) => cell(e.perClass.find((c) => c.name === name)?.iou)) })) };
}

function Figures({ shown, names }) {
  const { summary, rows } = rowsOf(shown);
  const colors = new Map(shown.flatMap((e) => [...classColors(e, names)]));
  const download = () => save(new Blob([csvOf(shown, [...summary, ...rows])], { type: "text/csv" }), "evaluations.csv");
  return html`<${Fragment}>
    <section class="card">
      <${BarChart} label="mIoU" names=${shown.map((e) => e.letter)} series=${summary.map((row) => ({ name: row.name, values: row.cells.map((c) => c?.value ?? null) }))}
        format=${percent} />
    </section>
    <section class="card">
      <h2>Class by class</h2>
      <p class="soft">IoU in percent; ★ marks the best of a row, and small figures are the difference to ${shown[0].letter} in percentage points. A heading sorts.</p>
      <${ScoreTable} caption="IoU in percent by class" rowTitle="Class" summary=${summary} reference=${shown.length > 1 ? 0 : null}
        columns=${shown.map((e) => ({ key: e.id, title: e.letter, head: html`<span class="judge-under">${e.title}</span>` }))}
        rows=${rows.map((row) => ({ ...row, head: html`<${ClassName} name=${row.name} colors=${colors} />` }))} />
      <p class="actions"><button type="button" onClick=${download}>Download as CSV</button></p>
    </section>
  </${Fragment}>`;
}
