// A branch: a new run that takes over the finished stages of another and trains the rest under options of its own.
import { api } from "../../lib/api.js";
import { Fragment, html, useState } from "../../lib/html.js";
import { useAction, useApi, useTitle } from "../../lib/hooks.js";
import { Loaded, ProblemNotice, Select, TextField } from "../../lib/ui/basics.js";
import { Link, navigate } from "../../lib/router.js";
import { OptionsEditor } from "./options-editor.js";
import { RequestPreview } from "./request.js";
import { pruned, treeOf } from "./schema.js";
import { stageName } from "./state.js";

export function BranchRun({ id, stage }) {
  useTitle("Branch a run");
  const run = useApi(`/training-runs/${id}`);
  const stages = useApi(`/training-runs/${id}/stages`);
  const presets = useApi("/training-presets");
  return html`<${Fragment}>
    <p><${Link} href=${`/runs/${id}`}>Back to the run</${Link}></p>
    <h1>Branch a run</h1>
    <p class="lead">The new run shares the finished stages before the one you choose, and trains the rest under its own options.</p>
    <${Loaded} of=${run}>${(r) => html`<${Loaded} of=${stages}>
      ${(s) => html`<${Loaded} of=${presets}>${(p) => html`<${Form} run=${r} stages=${s.items} options=${p.options} wish=${stage} />`}</${Loaded}>`}</${Loaded}>`}
        </${Loaded}>
  </${Fragment}>`;
}

function Form({ run, stages, options, wish }) {
  const firstOpen = stages.findIndex((s) => s.state !== "finished");
  const finished = firstOpen < 0 ? stages.length : firstOpen;
  const possible = stages.map((s) => s.stage).filter((i) => i <= finished);
  const [from, setFrom] = useState(possible.includes(Number(wish || NaN)) ? wish : String(possible.at(-1)));
  const [own, setOwn] = useState(null);
  const name = own ?? `${run.name}, from stage ${from}`.slice(0, 200);
  const [changed, setChanged] = useState({});
  const edited = pruned(changed, run.options);
  const body = { fromStage: Number(from), name, options: treeOf(edited) };
  const path = `/training-runs/${run.id}/resume`;
  const submit = useAction(async () => {
    const branch = await api.post(path, body);
    navigate(`/runs/${branch.id}`);
  });
  const errors = submit.problem?.errors ?? {};
  return html`<form onSubmit=${(e) => (e.preventDefault(), submit.run())} novalidate>
    <section class="card" aria-labelledby="branch-title">
      <h2 id="branch-title">${run.name}</h2>
      <div class="grid">
        <${TextField} label="Name of the branch" value=${name} onChange=${setOwn} maxlength="200" autocomplete="off" error=${errors.name?.join(" ")} />
        <${Select} label="Train from" value=${from} onChange=${setFrom} error=${errors.fromStage?.join(" ")}
          hint=${from === "0" ? "Nothing is shared: all of it is trained anew." : "The stages before are taken over as they are."}
            options=${possible.map((i) => [String(i), `stage ${stageName(i)}`])} />
      </div>
    </section>
    <section class="card" aria-labelledby="branch-options">
      <h2 id="branch-options">Options</h2>
      <p class="soft">Over the options of the run. The method stays; the network can only change when the branch starts from stage 0.</p>
      <${OptionsEditor} options=${options.filter((o) => o.path !== "method")} base=${run.options} changed=${edited} standard="In the run"
        errors=${errors} onChange=${setChanged} />
    </section>
    <section class="card runs-submit" aria-label="Submit">
      <${ProblemNotice} problem=${submit.problem} />
      <p class="actions"><button type="submit" data-needs="trainer"
        class="primary" disabled=${submit.busy}>${submit.busy ? "Submitting…" : "Start the branch"}</button></p>
      <${RequestPreview} path=${path} body=${body} />
    </section>
  </form>`;
}
