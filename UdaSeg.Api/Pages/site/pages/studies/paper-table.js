// The study's table as the paper prints its own: a row an arm, a column a class, the means at the end, the best of each column bold.
import { html } from "../../lib/html.js";
import { useAll } from "../../lib/hooks.js";
import { integer, none, number, rgb } from "../../lib/format.js";
import { bestOf } from "../../lib/ui/scores.js";
import { scoreOf } from "./figures.js";

const isShown = (spread) => spread.mean >= 0.0005; // less is printed as 0.0, and is no best
const points = (share) => (share === null || share === undefined ? none : number(share * 100, 1));

/** Columns of means: `{key, title, color?, of: (arm) => Spread | null}`. Classes that no evaluation image has are left out and named. */
export function columnsOf(study, colors) {
  const classes = study.arms[0].perClass.map((c, i) => ({ key: `class-${c.index}`, title: c.name, color: colors.get(c.name), of: (arm) => arm.perClass[i].iou }));
  const seen = classes.filter((c) => study.arms.some((arm) => c.of(arm)));
  const subsets = [...new Set(study.arms.flatMap((a) => Object.keys(a.subsets ?? {})))];
  const columns = [
    ...seen,
    ...subsets.map((s) => ({ key: `subset-${s}`, title: `mIoU of ${s}`, of: (arm) => arm.subsets[s] })),
    { key: "miou", title: "mIoU", of: (arm) => arm.miou },
  ];
  return { columns, leftOut: classes.filter((c) => !seen.includes(c)).map((c) => c.title) };
}

export function PaperTable({ study }) {
  const spaces = useAll("/label-spaces");
  const colors = new Map((spaces.data?.find((s) => s.id === study.base.labelSpace)?.classes ?? []).map((c) => [c.name, c.color]));
  const { columns, leftOut } = columnsOf(study, colors);
  const best = columns.map((c) => bestOf(study.arms.map((arm) => scoreOf(c.of(arm)))));
  return html`
    <div class="table studies-paper" tabindex="0" role="region" aria-label="IoU in percent by arm and class"><table>
      <caption class="hidden">IoU in percent by arm and class</caption>
      <thead><tr>
        <th scope="col">Arm</th>
        ${columns.map((c) => html`<th scope="col" key=${c.key} class=${c.key === "miou" ? "numeric" : "judge-up"}><span>${c.color && html`<i class="swatch"
          style=${{ background: rgb(c.color) }}></i>`}${c.title}</span></th>`)}
        <th scope="col" class="numeric"><abbr title="one sample standard deviation of the mIoU over the seeds">±</abbr></th>
        <th scope="col" class="numeric"><abbr title="runs with a result">n</abbr></th>
        <th scope="col" class="numeric">Seconds</th>
      </tr></thead>
      <tbody>${study.arms.map((arm, row) => html`<tr key=${arm.name}>
        <th scope="row">${arm.name}</th>
        ${columns.map((c, i) => html`<td class="numeric" key=${c.key}><${Figure} share=${c.of(arm)?.mean} best=${best[i].has(row) && isShown(c.of(arm))} /></td>`)}
        <td class="numeric">${points(arm.miou?.sd)}</td>
        <td class="numeric">${arm.miou?.n ?? 0}</td>
        <td class="numeric">${integer(arm.seconds?.mean)}</td>
      </tr>`)}</tbody>
    </table></div>
    <p class="soft judge-note">Percent, means over the seeds. Bold: the best of a column, by figures that are not rounded. ± is one sample standard deviation of the
      mIoU over the seeds, n counts the runs with a result, and seconds are those of training, evaluations with it.
      ${leftOut.length > 0 && ` No evaluation image has ${leftOut.join(", ")}.`}</p>`;
}

const Figure = ({ share, best }) => (best ? html`<strong><span class="hidden">best: </span>${points(share)}</strong>` : points(share));
