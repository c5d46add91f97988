// The runs behind a study: arms down, seeds across.
import { Fragment, html } from "../../lib/html.js";
import { percent } from "../../lib/format.js";
import { Link } from "../../lib/router.js";
import { Status } from "../../lib/ui/basics.js";

export function Runs({ study }) {
  const evaluated = study.arms.flatMap((a) => a.runs).filter((r) => r.evaluation).map((r) => r.evaluation);
  const failed = study.arms.flatMap((arm) => arm.runs.filter((r) => r.failure).map((run) => ({ arm, run })));
  return html`<${Fragment}>
    <div class="table" tabindex="0" role="region" aria-label="Runs by arm and seed"><table>
      <caption class="hidden">Runs by arm and seed</caption>
      <thead><tr><th scope="col">Arm</th>${study.seeds.map((seed) => html`<th scope="col">seed ${seed}</th>`)}</tr></thead>
      <tbody>${study.arms.map((arm) => html`<tr>
        <th scope="row">${arm.name}</th>
        ${arm.runs.map((run) => html`<td><${Cell} arm=${arm} run=${run} /></td>`)}
      </tr>`)}</tbody>
    </table></div>
    ${failed.length > 0 && html`<ul class="judge-note">${failed.map(({ arm, run }) => html`<li>
      <${Link} href=${`/runs/${run.run}`}>${arm.name}, seed ${run.seed}</${Link}>: ${run.failure.message}
    </li>`)}</ul>`}
    ${evaluated.length > 1 && html`<p class="actions"><${Link} class="button"
      href=${`/evaluations?compare=${evaluated.join(",")}`}>Compare the evaluations of all runs</${Link}></p>`}
  </${Fragment}>`;
}

function Cell({ arm, run }) {
  return html`<span class="studies-run">
    <${Link} href=${`/runs/${run.run}`} aria-label=${`${run.status}, run of ${arm.name}, seed ${run.seed}`}><${Status} of=${run.status} /></${Link}>
    ${run.evaluation ? html`<${Link} href=${`/evaluations/${run.evaluation}`}>${percent(run.miou)}</${Link}>` : run.miou !== null && percent(run.miou)}
  </span>`;
}
