// Options of a plan: picked one by one from what the server offers, or written as JSON.
import { html, useId, useState } from "../../lib/html.js";
import { Field } from "../../lib/ui/basics.js";
import { flatten, valueText, withOption } from "./figures.js";

/**
 * @param {{legend: string, value: object, onChange: (options: object) => void, catalog: object[], preset: string, errors?: Record<string, string[]>}} props
 * `catalog` is `options` of GET /training-presets; `errors` are the server's, by path.
 */
export function OptionsEditor({ legend, value, onChange, catalog, preset, errors = {} }) {
  const known = new Map(catalog.map((o) => [o.path, o]));
  const rows = flatten(value);
  const chosen = new Set(rows.map(([path]) => path));
  const set = (path) => (next) => onChange(withOption(value, path, next));
  const unplaced = Object.entries(errors).filter(([path]) => !chosen.has(path));
  return html`<div class="studies-options" role="group" aria-label=${legend}>
    ${rows.map(([path, at]) => html`<div class="studies-option" key=${path}>
      <${OptionField} option=${known.get(path) ?? { path, type: "string", meaning: "Not an option that the server names." }} preset=${preset} value=${at}
        onChange=${set(path)} error=${errors[path]?.join(" ")} />
      <button type="button" onClick=${() => set(path)(undefined)} aria-label=${`Remove ${path}`}>Remove</button>
    </div>`)}
    ${unplaced.map(([path, texts]) => html`<p class="hint bad">${path && html`<code>${path}</code> `}${texts.join(" ")}</p>`)}
    <${Adder} legend=${legend} catalog=${catalog.filter((o) => !chosen.has(o.path) && o.path !== "seed")} preset=${preset}
      onAdd=${(o) => set(o.path)(o.defaults[preset] ?? null)} />
    <${AsJson} legend=${legend} value=${value} onChange=${onChange} />
  </div>`;
}

function Adder({ legend, catalog, preset, onAdd }) {
  const id = useId();
  const groups = Map.groupBy(catalog, (o) => (o.path.includes(".") ? o.path.split(".")[0] : "general"));
  const add = (e) => {
    const option = catalog.find((o) => o.path === e.target.value);
    e.target.value = "";
    if (option) onAdd(option);
  };
  return html`<div class="studies-adder">
    <label class="hidden" for=${id}>${legend}: add an option</label>
    <select id=${id} value="" onChange=${add}>
      <option value="">+ Add an option…</option>
      ${[...groups].map(([group, options]) => html`<optgroup label=${group}>${options.map((o) => html`
        <option value=${o.path}>${o.path} (${valueText(o.defaults[preset] ?? null)})</option>`)}</optgroup>`)}
    </select>
  </div>`;
}

/** Text of a control to the value that is sent; what cannot be read goes as it is, and the server says so. */
function parsed(type, text) {
  if (text.trim() === "") return null;
  if (type === "integer" || type === "number") return Number.isFinite(Number(text)) ? Number(text) : text;
  if (type === "boolean") return text === "true";
  const size = type === "size" && text.match(/^\s*(\d+)\s*[x×, ]\s*(\d+)\s*$/i);
  return size ? { width: Number(size[1]), height: Number(size[2]) } : text;
}

const written = (value) => (value === null ? "" : valueText(value));

function OptionField({ option, preset, value, onChange, error }) {
  const [draft, setDraft] = useState(written(value));
  const take = (text) => {
    setDraft(text);
    onChange(parsed(option.type, text));
  };
  const plain = option.defaults ? `${option.meaning} In ${preset}: ${valueText(option.defaults[preset] ?? null)}.` : option.meaning;
  const choices = option.type === "boolean" ? ["true", "false"] : option.values;
  const text = JSON.stringify(parsed(option.type, draft)) === JSON.stringify(value) ? draft : written(value); // changed from outside: by the JSON
  return html`<${Field} label=${option.path} unit=${option.unit} hint=${plain} error=${error && `${error} ${plain}`}>
    ${(a) => (choices
      ? html`<select ...${a} value=${String(value)} onChange=${(e) => take(e.target.value)}>
          ${!choices.includes(String(value)) && html`<option value=${String(value)}>${valueText(value)}</option>`}
          ${choices.map((c) => html`<option value=${c} selected=${c === String(value)}>${c}</option>`)}
        </select>`
      : html`<input ...${a} type="text" inputmode=${["integer", "number"].includes(option.type) ? "decimal" : undefined}
        placeholder=${option.type === "size" ? "width × height, or empty" : "empty stands for null"}
          value=${text} onInput=${(e) => take(e.target.value)} />`)}
  </${Field}>`;
}

function AsJson({ legend, value, onChange }) {
  const [draft, setDraft] = useState(null);
  const [fault, setFault] = useState(null);
  const take = (e) => {
    const text = e.target.value;
    setDraft(text);
    let message = "";
    try {
      const options = text.trim() === "" ? {} : JSON.parse(text);
      if (options === null || typeof options !== "object" || Array.isArray(options)) throw new SyntaxError("An object is needed.");
      onChange(options);
    } catch (problem) {
      message = problem.message;
    }
    e.target.setCustomValidity(message); // or the form would be sent without what stands here
    setFault(message || null);
  };
  return html`<details open=${fault !== null || undefined}><summary>As JSON</summary>
    <${Field} label=${`${legend} as JSON`} error=${fault}>
      ${(a) => html`<textarea ...${a} class="studies-json" rows="5" spellcheck=${false} value=${draft ?? JSON.stringify(value, null, 2)} onInput=${take}
        onBlur=${() => fault === null && setDraft(null)}></textarea>`}
    </${Field}>
  </details>`;
}
