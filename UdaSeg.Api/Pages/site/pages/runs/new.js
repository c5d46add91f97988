// A new run: data sets, a preset, every option of it, and what it would cost.
import { api } from "../../lib/api.js";
import { Fragment, html, useEffect, useMemo, useRef, useState } from "../../lib/html.js";
import { useAction, useAll, useApi, useTitle } from "../../lib/hooks.js";
import { Loaded, Notice, ProblemNotice } from "../../lib/ui/basics.js";
import { Link, navigate } from "../../lib/router.js";
import { shortId } from "../../lib/format.js";
import { BasicFields } from "./new-fields.js";
import { Estimate, useEstimate } from "./estimate.js";
import { Methods } from "./methods.js";
import { OptionsEditor } from "./options-editor.js";
import { RequestPreview } from "./request.js";
import { at, closestPreset, errorOf, methodOf, pruned, shaped, treeOf } from "./schema.js";
import { useDraft } from "./state.js";

const blank = { name: "", source: [], target: "", evaluation: "", labelSpace: "", preset: "", allowLeakage: false, changed: {} };

export function NewRun({ from }) {
  useTitle("New run");
  const presets = useApi("/training-presets");
  const model = useApi(from ? `/training-runs/${from}` : null);
  const ready = presets.data && (!from || model.data);
  return html`<${Fragment}>
    <p><${Link} href="/runs">All runs</${Link}></p>
    <h1>New run</h1>
    ${model.problem && html`<${ProblemNotice} problem=${model.problem} />`}
    ${from && model.data && html`<${Notice}>Everything is taken from <${Link} href=${`/runs/${from}`}>${model.data.name}</${Link}>. Change what you like.</${Notice}>`}
    <${Loaded} of=${presets} what="Loading the options">
      ${(p) => (ready || model.problem) && html`<${Form} key=${from ?? "new"} presets=${p} model=${model.data} />`}</${Loaded}>
  </${Fragment}>`;
}

/** A run as a draft: the preset that is closest to its plan, and what differs. */
function draftOf(run, presets) {
  const closest = closestPreset(presets, run.options);
  return {
    ...blank,
    name: `${run.name} (again)`.slice(0, 200),
    source: run.source,
    target: run.target,
    evaluation: run.evaluation ?? "",
    labelSpace: run.labelSpace,
    preset: closest.name,
    changed: Object.fromEntries(closest.paths.map((path) => [path, at(run.options, path)])),
  };
}

function Form({ presets, model }) {
  const first = useMemo(() => (model ? draftOf(model, presets) : { ...blank, preset: presets.default }), []);
  const [draft, setDraft] = useDraft(model ? `udaseg-run-from-${shortId(model.id)}` : "udaseg-new-run", first);
  const [deviceMemory, setDeviceMemory] = useState("");
  const [local, setLocal] = useState({});
  const form = useRef(null);
  const sets = useAll("/datasets");
  const spaces = useApi("/label-spaces");
  const preset = presets.presets[draft.preset] ?? presets.presets[presets.default];
  const method = methodOf(presets, draft.changed.method ?? preset.method);
  const base = shaped(preset, method);
  const changed = pruned(draft.changed, base);
  const { method: _, ...ofPlan } = changed; // the method has a place of its own
  const chosen = "method" in changed ? { method: changed.method } : {};
  const body = bodyOf(draft, changed);
  const space = draft.labelSpace || sets.data?.find((s) => s.id === draft.source[0])?.labelSpace;
  const classes = spaces.data?.items.find((s) => s.id === space)?.classes.length;
  const estimate = useEstimate({ preset: draft.preset, options: treeOf(changed), classes, deviceMemory });
  const submit = useAction(async () => {
    const run = await api.post("/training-runs", body);
    setDraft(first);
    navigate(`/runs/${run.id}`);
  });
  const errors = { ...estimate.problem?.errors, ...submit.problem?.errors, ...local };
  const set = (change) => {
    setDraft((d) => ({ ...d, ...change }));
    setLocal((l) => Object.fromEntries(Object.entries(l).filter(([key]) => !(key in change))));
    if (submit.problem) submit.clear();
  };
  const send = (e) => {
    e.preventDefault();
    // The interface reads the target as an id, so that an empty one would be refused without naming the field.
    const missing = draft.target ? {} : { target: ["Choose the data set to adapt to."] };
    setLocal(missing);
    if (draft.target) submit.run();
    else focusFirst(form.current);
  };
  useEffect(() => {
    if (submit.problem) focusFirst(form.current);
  }, [submit.problem]);
  const elsewhere = submit.problem && !Object.keys(submit.problem.errors).some((key) => key in blank || presets.options.some((o) => errorOf({ [key]: ["x"] }, o.path)));
  return html`<form ref=${form} class="runs-new" onSubmit=${send} novalidate>
    <div>
      <${BasicFields} ...${{ draft, set, errors, presets, sets, spaces }} leak=${submit.problem?.code === "evaluation-leak" || draft.allowLeakage} />
      <section class="card" aria-labelledby="method-title">
        <h2 id="method-title">Method</h2>
        <${Methods} methods=${presets.methods} value=${method.name} error=${errorOf(errors, "method")}
          onChange=${(name) => set({ changed: { ...draft.changed, method: name } })} />
      </section>
      <section class="card" aria-labelledby="options-title">
        <h2 id="options-title">Options</h2>
        <p class="soft">Over the preset <strong>${draft.preset}</strong>${method.name !== preset.method && html` as <strong>${method.title}</strong> has it`}.
          Only what you change is sent. An empty field stands for none.</p>
        <${OptionsEditor} options=${presets.options.filter((o) => o.path !== "method")} base=${base} changed=${ofPlan} errors=${errors}
          onChange=${(next) => set({ changed: { ...chosen, ...next } })} />
      </section>
    </div>
    <div class="runs-side">
      <${Estimate} of=${estimate} deviceMemory=${deviceMemory} onDeviceMemory=${setDeviceMemory} />
      <section class="card runs-submit" aria-label="Submit">
        ${submit.problem && (elsewhere ? html`<${ProblemNotice} problem=${submit.problem} />` : html`<p class="notice bad" role="alert">
          <strong>Not submitted.</strong> ${submit.problem.message} <span class="soft">Code <code>${submit.problem.code}</code></span></p>`)}
        <p class="actions"><button type="submit" data-needs="trainer" class="primary" disabled=${submit.busy}>${submit.busy ? "Submitting…" : "Start the run"}</button>
        <button type="button" onClick=${() => (setDraft(first), setLocal({}), submit.clear())}>Start over</button></p>
        <${RequestPreview} path="/training-runs" body=${body} />
      </section>
    </div>
  </form>`;
}

function bodyOf(draft, changed) {
  const { name, source, target, evaluation, labelSpace, preset, allowLeakage } = draft;
  return {
    name,
    source,
    target,
    evaluation: evaluation || undefined,
    allowLeakage: allowLeakage || undefined,
    labelSpace: labelSpace || undefined,
    preset,
    options: treeOf(changed),
  };
}

/** After the next drawing: the first field that is not usable. */
const focusFirst = (form) => setTimeout(() => form?.querySelector("[aria-invalid='true']")?.focus(), 60);
