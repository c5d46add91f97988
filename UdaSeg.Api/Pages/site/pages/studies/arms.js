// The arms: those of a table of the paper, or one's own.
import { Fragment, html } from "../../lib/html.js";
import { TextField } from "../../lib/ui/basics.js";
import { errorsUnder } from "./base.js";
import { optionsText } from "./figures.js";
import { OptionsEditor } from "./options.js";

export function Arms({ form, set, setForm, presets, templates, errors }) {
  const template = templates.find((t) => t.id === form.template);
  const choice = (id, title, meaning) => html`<label>
    <input type="radio" name="template" checked=${form.template === id} onChange=${() => set("template")(id)} />
    <span><strong>${title}</strong><span class="hint">${meaning}</span></span>
  </label>`;
  const edit = () => setForm((f) => ({ ...f, template: "", arms: template.arms.map((a) => ({ name: a.name, options: a.options })) }));
  return html`<fieldset><legend><h2>Arms: what is compared</h2></legend>
    <div class="studies-kinds" role="radiogroup" aria-label="Arms">
      ${templates.map((t) => choice(t.id, t.title, t.meaning))}
      ${choice("", "Arms of my own", "Any options against each other.")}
    </div>
    ${errors.template && html`<p class="hint bad">${errors.template.join(" ")}</p>`}
    ${errors.arms && html`<p class="hint bad">${errors.arms.join(" ")}</p>`}
    ${template ? html`<${Fragment}><${Ready} template=${template} errors=${errors} /><p class="actions">
      <button type="button" onClick=${edit}>Change these arms</button></p></${Fragment}>`
      : html`<${Own} arms=${form.arms} onChange=${set("arms")} presets=${presets} preset=${form.preset} errors=${errors} />`}
  </fieldset>`;
}

function Ready({ template, errors }) {
  return html`<ol class="studies-arms">${template.arms.map((arm, i) => html`<li class="card">
    <h3>${arm.name}</h3>
    <p>${arm.meaning}</p>
    <p class="studies-set"><code>${optionsText(arm.options)}</code></p>
    ${Object.entries(errorsUnder(errors, `arms[${i}]`)).map(([path, texts]) => html`<p class="hint bad" aria-invalid="true"
      tabindex="-1"><code>${path}</code> ${texts.join(" ")}</p>`)}
  </li>`)}</ol>`;
}

function Own({ arms, onChange, presets, preset, errors }) {
  const put = (i, arm) => onChange(arms.map((a, k) => (k === i ? arm : a)));
  const twin = (arm) => ({ name: `${arm.name} copy`.trim().slice(0, 60), options: structuredClone(arm.options) });
  const copy = (i) => onChange(arms.toSpliced(i + 1, 0, twin(arms[i])));
  return html`<${Fragment}>
    <ol class="studies-arms wide">${arms.map((arm, i) => html`<li class="card" key=${i}>
      <h3>Arm ${i + 1}</h3>
      <${TextField} label=${`Name of arm ${i + 1}`} required maxlength="60" value=${arm.name} onChange=${(name) => put(i, { ...arm, name })}
        error=${errors[`arms[${i}].name`]?.join(" ")} />
      <${OptionsEditor} legend=${`Options of arm ${i + 1}`} value=${arm.options} onChange=${(options) => put(i, { ...arm, options })} catalog=${presets.options}
        preset=${preset} errors=${errorsUnder(errors, `arms[${i}].options`)} />
      <p class="actions">
        <button type="button" onClick=${() => copy(i)} aria-label=${`Copy arm ${i + 1}`}>Copy</button>
        <button type="button" disabled=${arms.length === 1} onClick=${() => onChange(arms.filter((_, k) => k !== i))} aria-label=${`Remove arm ${i + 1}`}>Remove</button>
      </p>
    </li>`)}</ol>
    <p class="actions"><button type="button" onClick=${() => onChange([...arms, { name: "", options: {} }])}>Add an arm</button></p>
  </${Fragment}>`;
}
