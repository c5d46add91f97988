// A study's two tables: arms by their means, and classes by arm.
import { Fragment, html } from "../../lib/html.js";
import { useAll } from "../../lib/hooks.js";
import { useQueryState } from "../../lib/router.js";
import { Select } from "../../lib/ui/basics.js";
import { Best, bestOf, ScoreTable } from "../../lib/ui/scores.js";
import { DataTable } from "../../lib/ui/table.js";
import { number } from "../../lib/format.js";
import { ClassName } from "../evaluations/names.js";
import { scoreOf, spreadText } from "./figures.js";

const subsetsOf = (study) => [...new Set(study.arms.flatMap((a) => Object.keys(a.subsets ?? {})))];

const meanOf = ({ arm, best }) => html`<span class="judge-line"><${Best} is=${best}>${spreadText(arm.miou)}</${Best}></span>`;

const subsetColumn = (subset) => ({
  key: `subset-${subset}`,
  title: `mIoU over ${subset}`,
  numeric: true,
  value: ({ arm }) => arm.subsets[subset]?.mean ?? null,
  show: ({ arm }) => spreadText(arm.subsets[subset]),
});

/** The arm that the others differ from, kept in the address. */
function useReference(study) {
  const [name, setName] = useQueryState("reference");
  const at = study.arms.findIndex((a) => a.name === name);
  return [at < 0 ? null : at, name, setName];
}

export function ArmTable({ study }) {
  const [reference, name, setName] = useReference(study);
  const best = bestOf(study.arms.map((a) => scoreOf(a.miou)));
  const base = reference === null ? null : study.arms[reference].miou;
  const difference = (arm) => (arm.miou && base ? (arm.miou.mean - base.mean) * 100 : null);
  const rows = study.arms.map((arm, i) => ({ arm, best: best.has(i), at: i, by: difference(arm) }));
  const columns = [
    { key: "arm", title: "Arm", value: (r) => r.arm.name },
    { key: "miou", title: "mIoU, mean ± sd", numeric: true, value: ({ arm }) => arm.miou?.mean ?? null, show: meanOf },
    { key: "n", title: "n", numeric: true, value: (r) => r.arm.miou?.n ?? 0, show: (r) => html`
      <span class="judge-line">${r.arm.miou?.n ?? 0} of ${r.arm.runs.length}</span>` },
    ...subsetsOf(study).map(subsetColumn),
    base && { key: "difference", title: `To ${name}`, numeric: true, value: (r) => r.by, show: (r) => (r.at === reference ? "" : signed(r.by)) },
  ].filter(Boolean);
  return html`<${Fragment}>
    <div class="studies-reference"><${Select} label="Difference to" value=${name} onChange=${setName} empty="none"
      options=${study.arms.filter((a) => a.miou).map((a) => [a.name, a.name])} /></div>
    <${DataTable} caption="mIoU by arm" hideCaption sortable rows=${rows} rowKey=${(r) => r.arm.name} columns=${columns} />
    <p class="soft judge-note">Percent and percentage points. sd is that of a sample (n − 1); n counts the runs that have a result.</p>
  </${Fragment}>`;
}

const signed = (value) => (value === null ? "–" : `${value < 0 ? "−" : "+"}${number(Math.abs(value), 1)}`);

export function ClassTable({ study }) {
  const [reference] = useReference(study);
  const spaces = useAll("/label-spaces");
  const colors = new Map((spaces.data?.find((s) => s.id === study.base.labelSpace)?.classes ?? []).map((c) => [c.name, c.color]));
  const classes = study.arms[0].perClass;
  const cells = (of) => study.arms.map((arm) => scoreOf(of(arm)));
  const summary = [
    { key: "miou", name: "mIoU", cells: cells((a) => a.miou) },
    ...subsetsOf(study).map((s) => ({ key: s, name: `mIoU over ${s}`, cells: cells((a) => a.subsets[s]) })),
  ];
  const rows = classes.map((c) => ({ key: c.index, name: c.name, head: html`<${ClassName} name=${c.name}
    colors=${colors} />`, cells: cells((a) => a.perClass.find((p) => p.index === c.index)?.iou) }));
  return html`<${Fragment}>
    <p class="soft">Mean IoU ± standard deviation in percent over the runs whose labels have the class; ★ marks the best arm of a row. A heading sorts.</p>
    <${ScoreTable} caption="IoU in percent by class and arm" rowTitle="Class" columns=${study.arms.map((a) => ({ key: a.name, title: a.name }))} summary=${summary}
      rows=${rows} reference=${reference} />
  </${Fragment}>`;
}
