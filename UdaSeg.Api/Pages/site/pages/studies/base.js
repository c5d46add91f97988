// What all runs of a study share: data, classes, preset and options.
import { html } from "../../lib/html.js";
import { useAll } from "../../lib/hooks.js";
import { Checkbox, Select } from "../../lib/ui/basics.js";
import { DatasetPicker } from "../../lib/ui/pickers.js";
import { OptionsEditor } from "./options.js";

/** The server's faults under `prefix`, by the rest of their path. */
export function errorsUnder(errors, prefix) {
  const inside = Object.entries(errors).filter(([path]) => path === prefix || path.startsWith(`${prefix}.`));
  return Object.fromEntries(inside.map(([path, texts]) => [path.slice(prefix.length + 1), texts]));
}

export function Base({ form, set, presets, errors }) {
  const spaces = useAll("/label-spaces");
  const fault = (name) => errors[`base.${name}`]?.join(" ");
  return html`<fieldset><legend><h2>Base: what all runs share</h2></legend>
    <div class="grid">
      <${Sources} value=${form.source} onChange=${set("source")} error=${fault("source")} />
      <div>
        <${DatasetPicker} label="Target" value=${form.target} onChange=${set("target")} error=${fault("target")}
          hint="What is adapted to. Its labels, if it has any, are never read." />
        <${DatasetPicker} label="Evaluation" value=${form.evaluation} onChange=${set("evaluation")} filter=${(s) => s.labelled > 0} error=${fault("evaluation")}
          hint="The labelled data set that the arms are compared on." />
        <${Checkbox} label="Accept images that are both trained on and measured on" checked=${form.allowLeakage} onChange=${set("allowLeakage")}
          hint="Otherwise such a study is refused; with it, its figures carry a warning." />
      </div>
      <div>
        <${Select} label="Preset" value=${form.preset} onChange=${set("preset")} error=${fault("preset")}
          options=${Object.keys(presets.presets).map((p) => [p, p === presets.default ? `${p} (default)` : p])} hint="Where every option starts from." />
        <${Select} label="Label space" value=${form.labelSpace} onChange=${set("labelSpace")} error=${fault("labelSpace")} empty="the source's"
          options=${(spaces.data ?? []).map((s) => [s.id, `${s.name} (${s.count} classes)`])} hint="The classes that are told apart." />
      </div>
    </div>
    <h3>Options of every arm</h3>
    <${OptionsEditor} legend="Base options" value=${form.options} onChange=${set("options")} catalog=${presets.options} preset=${form.preset}
      errors=${errorsUnder(errors, "base.options")} />
  </fieldset>`;
}

function Sources({ value, onChange, error }) {
  const sets = useAll("/datasets");
  const offered = (sets.data ?? []).filter((s) => s.status === "ready" && (s.labelled > 0 || value.includes(s.id)));
  const turn = (id) => (on) => onChange(on ? [...value, id] : value.filter((v) => v !== id));
  return html`<fieldset class="studies-sources" aria-invalid=${error ? "true" : undefined} tabindex=${error ? -1 : undefined}><legend>Source</legend>
    ${offered.length === 0 && html`<p class="hint">${sets.loading ? "Loading…" : (sets.problem?.message ?? "No labelled data set is ready.")}</p>`}
    ${offered.map((s) => html`<${Checkbox} key=${s.id} label=${`${s.name} (${s.domain}, ${s.samples} images)`} checked=${value.includes(s.id)}
      onChange=${turn(s.id)} />`)}
    <p class=${error ? "hint bad" : "hint"}>${error ?? "Labelled data sets to train on; several are trained on together."}</p>
  </fieldset>`;
}
