// The stages of a run, and one of them in full.
import { html } from "../../lib/html.js";
import { Loaded, Progress, Status } from "../../lib/ui/basics.js";
import { DataTable } from "../../lib/ui/table.js";
import { Link, useQueryState } from "../../lib/router.js";
import { integer, none, percent, shortId } from "../../lib/format.js";
import { Stage } from "./stage.js";
import { stageName } from "./state.js";

export function Stages({ run, stages }) {
  return html`<${Loaded} of=${stages} what="Loading the stages">${(list) => html`<${Chosen} run=${run} items=${list.items} />`}</${Loaded}>`;
}

function Chosen({ run, items }) {
  const latest = [...items].reverse().find((s) => s.state !== "pending") ?? items[0];
  const [wish, setWish] = useQueryState("stage");
  const chosen = items.find((s) => wish !== "" && s.stage === Number(wish)) ?? latest;
  const share = (pick) => ({ numeric: true, show: (s) => percent(pick(s)) });
  return html`<div>
    <section class="card" aria-labelledby="stages-title">
      <h2 id="stages-title">Stages</h2>
      <${DataTable} caption="Stages of the run" hideCaption rows=${items} rowKey=${(s) => s.stage} columns=${[
        { key: "stage", title: "Stage", show: (s) => html`<button type="button" class=${`runs-pick ${s === chosen ? "is-chosen" : ""}`}
          aria-pressed=${s === chosen ? "true" : "false"} onClick=${() => setWish(String(s.stage))}>${stageName(s.stage)}</button>` },
        { key: "state", title: "State", show: (s) => html`<${Status} of=${s.state} />` },
        { key: "iterations", title: "Iterations", numeric: true, show: (s) => integer(s.iterations) },
        { key: "keptShare", title: "Kept", numeric: true, show: (s) => (s.keptShare === null ? none : html`<span class="runs-bar"><${Progress} value=${s.keptShare}
          label=${`Kept in stage ${s.stage}`} /></span>`) },
        { key: "agreement", title: "Agreement", ...share((s) => s.quality?.agreement) },
        { key: "confidence", title: "Mean confidence", ...share((s) => s.quality?.meanConfidence) },
        { key: "consistency", title: "Consistency", ...share((s) => s.quality?.consistency) },
        { key: "checkpoint", title: "Model", show: (s) => (s.checkpoint ? html`<${Link} href=${`/checkpoints/${s.checkpoint.id}`}>…${shortId(s.checkpoint.id)}
          </${Link}>` : none) },
        { key: "branch", title: "Branch", show: (s) => html`<${Link} href=${`/runs/${run.id}?branch=${s.stage}`}
          aria-label=${`Branch from stage ${s.stage}`}>Branch</${Link}>` },
      ]} />
      <details><summary>What these figures mean</summary>
        <p class="soft">Kept: share of the target’s pixels that get a pseudo-label. The other three are told without any label, on some target images: how often the
          stage’s model agrees with its teacher, how sure it is, and how often it decides alike on a colour-jittered image. None of them measures correctness: a
            model that predicts one class everywhere agrees with itself and is consistent.</p>
      </details>
    </section>
    <${Stage} key=${chosen.stage} run=${run} item=${chosen} />
  </div>`;
}
