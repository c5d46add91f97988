// What every run has besides its options: a name, data sets, a label space and a preset.
import { html } from "../../lib/html.js";
import { Checkbox, Loaded, ProblemNotice, Select, TextField } from "../../lib/ui/basics.js";
import { Link } from "../../lib/router.js";
import { plural } from "../../lib/format.js";

const joined = (texts) => texts?.join(" ");
const described = (s) => `${s.name} (${s.domain}, ${plural(s.samples, "image")}${s.labelled > 0 ? `, ${s.labelled} labelled` : ""})`;

/** @param {{draft: object, set: (change) => void, errors: object, presets: object, sets: object, spaces: object, leak: boolean}} props */
export function BasicFields({ draft, set, errors, presets, sets, spaces, leak }) {
  return html`<section class="card" aria-labelledby="basics-title">
    <h2 id="basics-title">Data and preset</h2>
    <${TextField} label="Name" value=${draft.name} onChange=${(name) => set({ name })} error=${joined(errors.name)} maxlength="200" autocomplete="off"
      placeholder="What is this run to find out?" />
    <${Loaded} of=${sets} what="Loading the data sets">
      ${(all) => html`<${DataFields} ...${{ draft, set, errors, leak }} ready=${all.filter((s) => s.status === "ready")} />`}</${Loaded}>
    <div class="grid">
      <${Select} label="Label space" value=${draft.labelSpace} onChange=${(labelSpace) => set({ labelSpace })} error=${joined(errors.labelSpace)}
        empty="The source’s own" hint="The classes that the model learns."
          options=${(spaces.data?.items ?? []).map((s) => [s.id, `${s.name} (${s.classes.length} classes)`])} />
      <${Presets} ...${{ draft, set, errors, presets }} />
    </div>
    <${ProblemNotice} problem=${spaces.problem} />
  </section>`;
}

function DataFields({ draft, set, errors, leak, ready }) {
  const labelled = ready.filter((s) => s.labelled > 0);
  const toggle = (id, on) => set({ source: on ? [...draft.source, id] : draft.source.filter((s) => s !== id) });
  return html`<div>
    ${ready.length === 0 && html`<p class="notice warn">No data set is ready. <${Link}
      href="/datasets">Register a labelled source and a target</${Link}> first; what you wrote here stays.</p>`}
    <fieldset class="runs-sources" aria-describedby=${errors.source ? "sources-error" : undefined}>
      <legend>Source: labelled images to learn from</legend>
      ${labelled.length === 0 && html`<p class="soft">No ready data set has labels.</p>`}
      ${[...labelled].sort((a, b) => a.domain.localeCompare(b.domain)).map((s) => html`<${Checkbox} key=${s.id} label=${described(s)}
        checked=${draft.source.includes(s.id)} onChange=${(on) => toggle(s.id, on)} />`)}
      ${errors.source && html`<p id="sources-error" class="hint bad">${joined(errors.source)}</p>`}
    </fieldset>
    <div class="grid">
      <${Select} label="Target: images to adapt to" value=${draft.target} onChange=${(target) => set({ target })} error=${joined(errors.target)}
        empty="Choose a data set" hint="Its labels, if it has any, are never read." options=${ready.map((s) => [s.id, described(s)])} />
      <${Select} label="Evaluation" value=${draft.evaluation} onChange=${(evaluation) => set({ evaluation })} error=${joined(errors.evaluation)} empty="None"
        hint="Labelled images to measure on at each stage’s end." options=${labelled.map((s) => [s.id, described(s)])} />
    </div>
    ${leak && html`<${Checkbox} label="Measure on images that are trained on" checked=${draft.allowLeakage} onChange=${(allowLeakage) => set({ allowLeakage })}
      hint="Accepts an evaluation set that shares images with the source. Its figures say little, and the run will carry a warning." />`}
  </div>`;
}

function Presets({ draft, set, errors, presets }) {
  return html`<fieldset class="runs-presets">
    <legend>Preset</legend>
    ${Object.entries(presets.presets).map(([name, plan]) => html`<label key=${name}>
      <input type="radio" name="preset" value=${name} checked=${draft.preset === name} onChange=${() => set({ preset: name })} />
      <span><strong>${name}</strong>${name === presets.default ? " (default)" : ""}
      <span class="hint">${plan.network.backbone}, crops
        of ${plan.crop.width} × ${plan.crop.height}, ${plan.stages} stages, ${plural(plan.coarseIterations + plan.stages * plan.stageIterations, "iteration")}
          </span></span>
    </label>`)}
    ${errors.preset && html`<p class="hint bad">${joined(errors.preset)}</p>`}
  </fieldset>`;
}
