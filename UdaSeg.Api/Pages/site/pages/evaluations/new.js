// A new evaluation: what is measured, on what, and how its images are seen.
import { api } from "../../lib/api.js";
import { Fragment, html, useEffect, useState } from "../../lib/html.js";
import { useAction, useAll, useTitle } from "../../lib/hooks.js";
import { Link, navigate } from "../../lib/router.js";
import { Checkbox, ProblemNotice, Select, TextField } from "../../lib/ui/basics.js";
import { CheckpointPicker, DatasetPicker } from "../../lib/ui/pickers.js";

const plain = { missingClasses: "ignore", scales: "1", flip: false, windows: false, width: "", height: "", stride: "", subset: "" };
const start = (query) => ({ ...plain, checkpoint: query.get("checkpoint") ?? "", dataset: query.get("dataset") ?? "" });

/** Numbers of a list such as "0.75, 1, 1.25"; what is no number stays as it is, for the server to refuse. */
const numbers = (text) => text.split(/[\s,;]+/).filter(Boolean).map((part) => (Number.isFinite(Number(part)) ? Number(part) : part));
const whole = (text) => (text === "" ? null : Number(text));

/** What is sent: only what differs from the plain way. */
export function requestOf(form) {
  const scales = numbers(form.scales);
  return {
    checkpoint: form.checkpoint,
    dataset: form.dataset,
    missingClasses: form.missingClasses,
    scales: scales.length === 0 || (scales.length === 1 && scales[0] === 1) ? null : scales,
    flip: form.flip,
    slidingWindow: form.windows ? { width: whole(form.width), height: whole(form.height), stride: whole(form.stride) } : null,
    subset: form.subset || null,
  };
}

export function NewEvaluation({ query }) {
  useTitle("New evaluation");
  const [form, setForm] = useState(() => start(query));
  const set = (name) => (value) => setForm((f) => ({ ...f, [name]: value }));
  const submit = useAction(async () => navigate(`/evaluations/${(await api.post("/evaluations", requestOf(form))).id}`));
  const faults = submit.problem?.errors ?? {};
  const fault = (name) => faults[name]?.join(" ");
  return html`<${Fragment}>
    <p><${Link} href="/evaluations">← Evaluations</${Link}></p>
    <h1>New evaluation</h1>
    <p class="lead">Measures a checkpoint on labels. It runs in a process of its own, and you can watch it.</p>
    <form class="judge-form" onSubmit=${(e) => (e.preventDefault(), submit.run())}>
      <fieldset><legend><h2>What is measured</h2></legend>
        <div class="grid">
          <${CheckpointPicker} label="Checkpoint" value=${form.checkpoint} onChange=${set("checkpoint")} error=${fault("checkpoint")}
            hint="An alias is what it names at this moment." />
          <${DatasetPicker} label="Data set" value=${form.dataset} onChange=${set("dataset")} filter=${(s) => s.labelled > 0} error=${fault("dataset")}
            hint="Only labelled ones are offered. Images that the model was trained on say little." empty="Choose a labelled data set" />
        </div>
      </fieldset>
      <fieldset><legend><h2>What counts</h2></legend>
        <div class="grid">
          <${Select} label="Classes that the model lacks" value=${form.missingClasses} onChange=${set("missingClasses")} error=${fault("missingClasses")}
            options=${[["ignore", "leave their pixels out"], ["count", "count their pixels as wrong"]]}
              hint="When the labels have classes that the model was never taught." />
          <${SubsetPicker} form=${form} onChange=${set("subset")} error=${fault("subset")} />
        </div>
      </fieldset>
      <fieldset><legend><h2>How images are seen</h2></legend>
        <div class="grid">
          <${TextField} label="Scales" value=${form.scales} onChange=${set("scales")} error=${fault("scales")} inputmode="decimal"
            hint="1 to 8 factors of 0.25 to 4, such as 0.75, 1, 1.25: the outputs are averaged, and it takes that many times as long." />
          <div>
            <${Checkbox} label="Mirrored too" checked=${form.flip} onChange=${set("flip")} hint="Averaged with the image as it is; twice as long." />
            <${Checkbox} label="Through overlapping windows" checked=${form.windows} onChange=${set("windows")}
              hint="For images larger than memory allows, or than the crops that the model was trained on. Off: each image whole." />
          </div>
        </div>
        ${form.windows && html`<div class="grid narrow">
          <${TextField} label="Window width" unit="px" type="number" min="32" max="8192" required value=${form.width} onChange=${set("width")}
            error=${fault("slidingWindow.width")} />
          <${TextField} label="Window height" unit="px" type="number" min="32" max="8192" required value=${form.height} onChange=${set("height")}
            error=${fault("slidingWindow.height")} />
          <${TextField} label="From window to window" unit="px" type="number" min="1" value=${form.stride} onChange=${set("stride")}
            error=${fault("slidingWindow.stride")} hint="Empty: two thirds of each side." />
        </div>`}
      </fieldset>
      <${ProblemNotice} problem=${submit.problem} />
      <p class="actions"><button type="submit" data-needs="trainer" class="primary"
        disabled=${submit.busy || !form.checkpoint || !form.dataset}>${submit.busy ? "Sending…" : "Evaluate"}</button>
        ${(!form.checkpoint || !form.dataset) && html`<span class="soft">Choose a checkpoint and a data set first.</span>`}</p>
    </form>
  </${Fragment}>`;
}

/** Subsets of the data set's label space and of the model's. */
function SubsetPicker({ form, onChange, error }) {
  const datasets = useAll("/datasets");
  const spaces = useAll("/label-spaces");
  const checkpoints = useAll("/checkpoints");
  const id = datasets.data?.find((d) => d.id === form.dataset)?.labelSpace;
  const model = checkpoints.data?.find((c) => c.id === form.checkpoint || c.aliases.includes(form.checkpoint))?.manifest.labelSpace;
  const names = [...new Set([spaces.data?.find((s) => s.id === id), model].flatMap((s) => Object.keys(s?.subsets ?? {})))];
  const loaded = datasets.data && spaces.data && checkpoints.data;
  useEffect(() => {
    if (loaded && form.subset && !names.includes(form.subset)) onChange(""); // it went with the data set that named it
  }, [loaded, form.dataset, form.checkpoint]);
  const hint = names.length > 0
    ? "A subset changes the headline figure; the figure over all classes is there too."
    : "The label spaces of the chosen data set and model name no subset.";
  return html`<${Select} label="mIoU over" value=${form.subset} onChange=${onChange} error=${error} hint=${hint} empty="all classes that occur"
    options=${names.map((n) => [n, `subset ${n}`])} />`;
}
