// One evaluation: its figures, class by class, what is taken for what, and the worst images.
import { Fragment, html } from "../../lib/html.js";
import { useApi, useTitle } from "../../lib/hooks.js";
import { duration, integer, percent } from "../../lib/format.js";
import { Link, navigate } from "../../lib/router.js";
import { Loaded, Notice, Progress, Select, Status, Time } from "../../lib/ui/basics.js";
import { FileLink } from "../../lib/ui/filelink.js";
import { ClassScores } from "./classes.js";
import { Confusion } from "./confusion.js";
import { classColors, datasetName, isOpen, modelName, optionsText, useNames } from "./names.js";
import { WorstImages } from "./worst.js";

export function Evaluation({ id }) {
  const names = useNames();
  const evaluation = useApi(`/evaluations/${id}`, { every: (e) => (isOpen(e) ? 1000 : 0) });
  return html`<${Fragment}>
    <p><${Link} href="/evaluations">← Evaluations</${Link}></p>
    ${evaluation.data === null && html`<h1>Evaluation</h1>`}
    <${Loaded} of=${evaluation} what="Loading the evaluation">${(e) => html`<${Shown} evaluation=${e} names=${names} />`}</${Loaded}>
  </${Fragment}>`;
}

function Shown({ evaluation, names }) {
  const model = modelName(evaluation, names);
  const dataset = datasetName(evaluation.dataset, names);
  useTitle(names.ready ? `${model} on ${dataset}` : "Evaluation");
  const colors = classColors(evaluation, names);
  return html`<${Fragment}>
    <h1>${model}</h1>
    <p class="lead">on ${dataset} · ${optionsText(evaluation)}</p>
    <${Standing} evaluation=${evaluation} />
    <${Origin} evaluation=${evaluation} model=${model} dataset=${dataset} names=${names} />
    ${evaluation.status === "succeeded" && html`<${Fragment}>
      <${Headline} evaluation=${evaluation} />
      <${Actions} evaluation=${evaluation} names=${names} />
      <section class="card"><h2>By class</h2><${ClassScores} evaluation=${evaluation} colors=${colors} /></section>
      <section class="card"><h2>What is taken for what</h2><${Confusion} evaluation=${evaluation} colors=${colors} /></section>
      <section class="card"><h2>Worst images</h2><${WorstImages} evaluation=${evaluation} colors=${colors}
        aspect=${aspectOf(names.datasets.get(evaluation.dataset))} /></section>
    </${Fragment}>`}
  </${Fragment}>`;
}

/** Width by height of most images of a data set, so that places for them have their shape. */
function aspectOf(dataset) {
  const [size] = dataset?.report?.sizes ?? [];
  return size ? size.width / size.height : 2;
}

function Standing({ evaluation }) {
  if (evaluation.status === "queued") return html`<${Notice} title="Waiting for its turn"><p>This page follows it.</p></${Notice}>`;
  if (evaluation.status === "running") return html`<div class="card"><p><${Status} of="running" /></p><${Progress} value=${evaluation.progress}
    label="Progress of the evaluation" /></div>`;
  if (evaluation.status === "failed") {
    const again = `/evaluations?new=1&checkpoint=${evaluation.checkpoint ?? ""}&dataset=${evaluation.dataset}`;
    return html`<div class="notice bad" role="alert">
      <strong>The evaluation failed</strong>
      <p>${evaluation.failure?.message ?? "No reason was recorded."}</p>
      <p><${Link} href=${again}>Set it up again</${Link}></p>
    </div>`;
  }
  return evaluation.selection === "oracle" && html`<${Notice} kind="warn" title="Chosen by target labels">
    <p>The model's iteration was chosen by labels of the target domain: these figures are no measure of unsupervised adaptation.</p>
  </${Notice}>`;
}

function Origin({ evaluation, model, dataset, names }) {
  const took = evaluation.startedAt && evaluation.endedAt ? duration((new Date(evaluation.endedAt) - new Date(evaluation.startedAt)) / 1000) : null;
  const checkpoint = names.checkpoints.get(evaluation.checkpoint)?.manifest.name ?? model;
  const run = names.runs.get(evaluation.run)?.name ?? evaluation.run;
  const after = `stage ${evaluation.stage}, iteration ${integer(evaluation.iteration)}`;
  return html`<ul class="judge-origin">
    <li>Checkpoint ${evaluation.checkpoint ? html`<${Link} href=${`/checkpoints/${evaluation.checkpoint}`}>${checkpoint}</${Link}>` : "not kept"}</li>
    <li>Data set <${Link} href=${`/datasets/${evaluation.dataset}`}>${dataset}</${Link}></li>
    ${evaluation.run && html`<li>Taken by run <${Link} href=${`/runs/${evaluation.run}`}>${run}</${Link}> after ${after}</li>`}
    <li><${Time} at=${evaluation.createdAt} />${took && `, took ${took}`}</li>
  </ul>`;
}

function Headline({ evaluation }) {
  const pixels = evaluation.perClass.reduce((sum, c) => sum + c.pixels, 0);
  const right = evaluation.confusion.reduce((sum, row, i) => sum + row[i], 0);
  const figures = [
    [evaluation.subset ? `mIoU over ${evaluation.subset}` : "mIoU", percent(evaluation.miou)],
    evaluation.subset && ["mIoU over all classes", percent(evaluation.miouOfAll)],
    ...Object.entries(evaluation.subsets ?? {}).filter(([name]) => name !== evaluation.subset).map(([name, value]) => [`mIoU over ${name}`, percent(value)]),
    ["Pixels right", percent(pixels > 0 ? right / pixels : null)],
    ["Mean confidence", percent(evaluation.meanConfidence)],
    ["Pixels counted", integer(pixels)],
  ].filter(Boolean);
  return html`<dl class="figures judge-headline">${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function Actions({ evaluation, names }) {
  const path = `/evaluations/${evaluation.id}`;
  const others = useApi("/evaluations", { query: { limit: 200 } });
  const options = (others.data?.items ?? []).filter((e) => e.id !== evaluation.id && e.status === "succeeded")
    .sort((a, b) => (b.dataset === evaluation.dataset) - (a.dataset === evaluation.dataset))
    .map((e) => [e.id, `${modelName(e, names)} on ${datasetName(e.dataset, names)}${e.run ? `, stage ${e.stage}` : ""} (${percent(e.miou)})`]);
  return html`<div class="judge-actions">
    <p class="actions judge-first">
      <${FileLink} path=${`${path}/report`}>HTML report</${FileLink}>
      <${FileLink} path=${`${path}/confusion.svg`} name=${`confusion-${evaluation.id}.svg`}>Confusion matrix (SVG)</${FileLink}>
      <${FileLink} path=${path} name=${`evaluation-${evaluation.id}.json`}>All figures (JSON)</${FileLink}>
    </p>
    ${options.length > 0 && html`<${Select} label="Compare with" value="" empty="Choose another evaluation" options=${options}
      onChange=${(other) => other && navigate(`/evaluations?compare=${evaluation.id},${other}`)} />`}
  </div>`;
}
