// The plan of a run: first where it differs from the preset that is closest to it, then all of it.
import { html } from "../../lib/html.js";
import { useApi } from "../../lib/hooks.js";
import { Loaded } from "../../lib/ui/basics.js";
import { DataTable } from "../../lib/ui/table.js";
import { plural } from "../../lib/format.js";
import { at, closestPreset, shown } from "./schema.js";

export function Plan({ run }) {
  const presets = useApi("/training-presets");
  return html`<${Loaded} of=${presets} what="Loading the options">${(p) => {
    const closest = closestPreset(p, run.options);
    const differing = p.options.filter((o) => closest.paths.includes(o.path));
    const equal = p.options.filter((o) => !closest.paths.includes(o.path));
    return html`<div>
      <section class="card" aria-labelledby="plan-own">
        <h2 id="plan-own">Unlike the preset ${closest.name}</h2>
        <p class="soft">${differing.length === 0
          ? `The plan is the preset ${closest.name} as it is.`
          : `${plural(differing.length, "option")} of ${p.options.length}; of all presets, ${closest.name} is the closest.`}</p>
        ${differing.length > 0 && html`<${DataTable} caption=${`Options unlike the preset ${closest.name}`} hideCaption rows=${differing}
          rowKey=${(o) => o.path} columns=${[...columns(run), preset(closest), meaning]} />`}
      </section>
      <section class="card" aria-labelledby="plan-rest">
        <h2 id="plan-rest">As in the preset</h2>
        <${DataTable} caption="Options as in the preset" hideCaption rows=${equal} rowKey=${(o) => o.path} columns=${[...columns(run), meaning]} />
      </section>
    </div>`;
  }}</${Loaded}>`;
}

const meaning = { key: "meaning", title: "Meaning", show: (o) => html`<span class="runs-meaning">${o.meaning}</span>` };

const preset = ({ name, plan }) => ({ key: "preset", title: `In ${name}`, show: (o) => shown(at(plan, o.path)) });

const columns = (run) => [
  { key: "path", title: "Option", show: (o) => html`<code class="runs-whole">${o.path}</code>` },
  { key: "value", title: "This run", show: (o) => html`<${Value} option=${o} value=${at(run.options, o.path)} />` },
];

const Value = ({ option, value }) => html`<strong>${shown(value)}</strong>${option.unit && value !== null && html` <span class="soft">${option.unit}</span>`}`;
