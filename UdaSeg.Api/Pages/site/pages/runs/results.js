// What a run has produced: checkpoints, and how they measure.
import { BarChart, LineChart } from "../../lib/charts.js";
import { html, useEffect, useMemo } from "../../lib/html.js";
import { useAll } from "../../lib/hooks.js";
import { Loaded, Notice } from "../../lib/ui/basics.js";
import { DataTable } from "../../lib/ui/table.js";
import { Link } from "../../lib/router.js";
import { integer, percent, shortId } from "../../lib/format.js";
import { ended } from "./state.js";

/** @param {{run: object, evaluated: number}} props `evaluated` grows with every evaluation that the run reports. */
export function Results({ run, evaluated }) {
  const evaluations = useAll("/evaluations", { max: 1000 });
  useEffect(() => {
    if (evaluated > 0 && !evaluations.loading && !ended(run.status)) evaluations.reload();
  }, [evaluated, run.status]);
  const ids = new Set(run.checkpoints.map((c) => c.id));
  return html`<div>
    <${Loaded} of=${evaluations} what="Loading the evaluations">${(all) => {
      const during = all.filter((e) => e.run === run.id && hasScore(e)).sort((a, b) => a.iteration - b.iteration);
      const later = all.filter((e) => e.run !== run.id && ids.has(e.checkpoint));
      return html`<${Evaluations} ...${{ run, during, later }} />`;
    }}</${Loaded}>
  </div>`;
}

const within = (e) => `in stage ${e.stage}, at iteration ${integer(e.iteration)}`;
const hasScore = (e) => e.miou !== null && e.miou !== undefined;

function Evaluations({ run, during, later }) {
  const key = during.map((e) => e.id).join();
  const charts = useMemo(() => during.length > 0 && html`<${Scores} during=${during} />`, [key]);
  return html`<div>
    ${charts}
    ${during.length === 0 && !run.evaluation && html`<${Notice}
      title="Nothing was measured.">The run has no evaluation set, so it tells no mIoU. Its checkpoints can be <${Link}
        href="/evaluations">evaluated</${Link}> on any labelled set.</${Notice}>`}
    <section class="card" aria-labelledby="checkpoints-title">
      <h2 id="checkpoints-title">Checkpoints</h2>
      <${DataTable} caption="Checkpoints of the run" hideCaption rows=${run.checkpoints} rowKey=${(c) => c.id} empty="The first is published at the end of stage 0."
        columns=${[
        { key: "stage", title: "Stage", show: (c) => (c.stage === 0 ? "0 · coarse" : c.stage) },
        { key: "id", title: "Checkpoint", show: (c) => html`<${Link} href=${`/checkpoints/${c.id}`}>…${shortId(c.id)}</${Link}>
          ${c === run.checkpoints.at(-1) && run.status === "succeeded" ? " (the result)" : ""}` },
        { key: "iteration", title: "Iteration", numeric: true, show: (c) => integer(c.iteration) },
        { key: "miou", title: "mIoU", numeric: true, show: (c) => percent(during.find((e) => e.checkpoint === c.id)?.miou) },
        { key: "use", title: "Use", show: (c) => html`<${Link} href=${`/segment?checkpoint=${c.id}`}
          aria-label=${`Segment with the checkpoint of stage ${c.stage}`}>Segment</${Link}>` },
      ]} />
    </section>
    ${during.length + later.length > 0 && html`<section class="card" aria-labelledby="evaluations-title">
      <h2 id="evaluations-title">Evaluations</h2>
      <${DataTable} caption="Evaluations of the run and of its checkpoints" hideCaption rows=${[...during, ...later]} rowKey=${(e) => e.id} columns=${[
        { key: "id", title: "Evaluation", show: (e) => html`<${Link} href=${`/evaluations/${e.id}`}>…${shortId(e.id)}</${Link}>` },
        { key: "when", title: "Taken", show: (e) => (e.run === run.id ? within(e) : `later, of …${shortId(e.checkpoint)}`) },
        { key: "status", title: "Status" },
        { key: "miou", title: "mIoU", numeric: true, show: (e) => percent(e.miou) },
        { key: "meanConfidence", title: "Mean confidence", numeric: true, show: (e) => percent(e.meanConfidence) },
      ]} />
    </section>`}
  </div>`;
}

/** mIoU as it went, and by class for the first and the last measurement. */
function Scores({ during }) {
  const [first, last] = [during[0], during.at(-1)];
  const names = last.perClass.map((c) => c.name);
  const values = (e) => names.map((name) => e.perClass.find((c) => c.name === name)?.iou ?? null);
  const compared = first === last ? [last] : [first, last];
  const series = compared.map((e) => ({ name: `stage ${e.stage}, iteration ${e.iteration}`, values: values(e) }));
  const course = [{ name: "mIoU", points: during.map((e) => [e.iteration, e.miou]) }];
  const asPercent = (v) => percent(v, 1);
  return html`<div class="grid">
    <section class="card" aria-labelledby="miou-title">
      <h2 id="miou-title">mIoU by stage</h2>
      <dl class="figures">${during.filter((e) => e.checkpoint).map((e) => html`<div><dt>Stage ${e.stage}</dt><dd>${percent(e.miou)}</dd></div>`)}</dl>
      ${during.length > 1 && html`<${LineChart} label="mIoU over the iterations" series=${course} x="iteration" format=${asPercent} height=${240} />`}
    </section>
    <section class="card" aria-labelledby="iou-title">
      <h2 id="iou-title">IoU by class</h2>
      <${BarChart} label=${first === last ? "IoU by class" : "IoU by class, first and last measurement"} names=${names} series=${series} max=${1} format=${asPercent} />
    </section>
  </div>`;
}
