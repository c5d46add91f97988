// Every option of a plan, grouped, with a filter, and what was changed about it.
import { Checkbox, TextField } from "../../lib/ui/basics.js";
import { plural } from "../../lib/format.js";
import { html, useState } from "../../lib/html.js";
import { Option } from "./option.js";
import { at, errorOf, groupsOf } from "./schema.js";

/** @param {{options: object[], base: object, changed: object, errors?: object, standard?: string, onChange: (changed) => void}} props
 * `changed` is `{path: value}` over `base`, and `standard` what a value of the base is called. */
export function OptionsEditor({ options, base, changed, errors = {}, standard = "Default", onChange }) {
  const [filter, setFilter] = useState("");
  const [only, setOnly] = useState(false);
  const sought = filter.trim().toLowerCase();
  const wanted = (o) =>
    errorOf(errors, o.path) || ((!only || o.path in changed) && (sought === "" || `${o.path} ${o.meaning} ${o.values?.join(" ") ?? ""}`.toLowerCase().includes(sought)));
  const groups = groupsOf(options).map((g) => ({ ...g, shown: g.options.filter(wanted) }));
  const count = groups.reduce((sum, g) => sum + g.shown.length, 0);
  const set = (path, value) => onChange({ ...changed, [path]: value });
  const reset = (path) => onChange(Object.fromEntries(Object.entries(changed).filter(([key]) => key !== path)));
  return html`<div class="runs-editor">
    <div class="runs-filter">
      <${TextField} label="Find an option" type="search" value=${filter} onChange=${setFilter} placeholder="threshold, crop, learning rate…" />
      <${Checkbox} label=${`Only what is changed (${Object.keys(changed).length})`} checked=${only} onChange=${setOnly} />
      <button type="button" disabled=${Object.keys(changed).length === 0} onClick=${() => onChange({})}>Reset all</button>
    </div>
    <p class="hidden" role="status">${sought || only ? `${plural(count, "option")} shown` : ""}</p>
    ${count === 0 && html`<p class="soft">No option ${only && !sought ? "is changed" : `answers to “${filter}”`}.</p>`}
    ${groups.filter((g) => g.shown.length > 0).map((g) => html`<${Group} key=${g.name} group=${g} force=${sought !== "" || only}
      ...${{ base, changed, errors, standard, set, reset }} />`)}
  </div>`;
}

function Group({ group, force, base, changed, errors, standard, set, reset }) {
  const [open, setOpen] = useState(group.name === "plan");
  const edited = group.options.filter((o) => o.path in changed).length;
  const wrong = group.options.filter((o) => errorOf(errors, o.path)).length + (ownError(group, errors) ? 1 : 0);
  const expanded = force || open || wrong > 0;
  // `open` is set by the summary's own click, so that a forced group can still be folded by hand.
  return html`<details class="runs-group" open=${expanded} onToggle=${(e) => e.target.open !== expanded && setOpen(e.target.open)}>
    <summary>
      <span class="runs-group-name">${group.title}</span>
      <span class="soft">${plural(group.options.length, "option")}</span>
      ${edited > 0 && html`<span class="runs-changed">${edited} changed</span>`}
      ${wrong > 0 && html`<span class="status bad">${wrong} not usable</span>`}
    </summary>
    ${ownError(group, errors) && html`<p class="hint bad" role="alert">${ownError(group, errors)}</p>`}
    <div class="runs-options">
      ${group.shown.map((o) => html`<${Option} key=${o.path} option=${o} standard=${at(base, o.path)} source=${standard}
        value=${o.path in changed ? changed[o.path] : at(base, o.path)} error=${errorOf(errors, o.path)} onChange=${(v) => set(o.path, v)}
          onReset=${() => reset(o.path)} />`)}
    </div>
  </details>`;
}

/** An error about several options of a group together, such as min ≤ max. */
const ownError = (group, errors) => (group.name === "plan" || group.options.some((o) => o.path === group.name) ? undefined : errorOf(errors, group.name));
