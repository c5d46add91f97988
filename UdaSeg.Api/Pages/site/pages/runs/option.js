// One training option: a control for its type, its meaning, and the way back to its default.
import { Field } from "../../lib/ui/basics.js";
import { html, useEffect, useState } from "../../lib/html.js";
import { same, shown, typed } from "./schema.js";

/** @param {{option: object, value: any, standard: any, source: string, error?: string, onChange: (value) => void, onReset: () => void}} props */
export function Option({ option, value, standard, source, error, onChange, onReset }) {
  const changed = !same(value, standard);
  const name = option.path.split(".").slice(1).join(".") || option.path;
  const label = html`<span><code>${name}</code>${changed && html` <span class="runs-changed">changed</span>`}</span>`;
  const hint = html`<span>${error && html`<strong class="runs-error">${error} </strong>`}${option.meaning} <span
    class="runs-default">${source}: ${shown(standard)}.</span></span>`;
  const Control = controls[option.type] ?? Text;
  return html`<div class=${`runs-option ${changed ? "is-changed" : ""}`} data-path=${option.path}>
    <${Field} label=${label} unit=${option.unit} hint=${hint} error=${error ? hint : undefined}>
      ${(a) => html`<${Control} a=${a} option=${option} value=${value} onChange=${onChange} />`}
    </${Field}>
    ${changed && html`<button type="button" class="quiet" onClick=${onReset} aria-label=${`Reset ${option.path} to ${shown(standard)}`}>Reset</button>`}
  </div>`;
}

const controls = { boolean: Switch, enum: Choice, size: Size };

function Switch({ a, value, onChange }) {
  return html`<span class="runs-switch"><input ...${a} type="checkbox" checked=${value === true} onChange=${(e) => onChange(e.target.checked)} /><span
    aria-hidden="true">${value ? "on" : "off"}</span></span>`;
}

function Choice({ a, option, value, onChange }) {
  return html`<select ...${a} value=${value} onChange=${(e) => onChange(e.target.value)}>
    ${option.values.map((v) => html`<option value=${v} selected=${v === value}>${v}</option>`)}
  </select>`;
}

/** Text that stays as it was typed ("0." on the way to "0.5"), while its value goes up. */
function Text({ a, option, value, onChange, type = option.type, placeholder = "none", ...rest }) {
  const [text, setText] = useState(value ?? "");
  useEffect(() => {
    if (!same(typed(type, String(text)), value ?? null)) setText(value ?? "");
  }, [value]);
  const write = (e) => {
    setText(e.target.value);
    onChange(typed(type, e.target.value));
  };
  const mode = { integer: "numeric", number: "decimal" }[type];
  return html`<input ...${a} ...${rest} type="text" inputmode=${mode} spellcheck=${false} placeholder=${placeholder} value=${text} onInput=${write} />`;
}

function Size({ a, option, value, onChange }) {
  const set = (side, v) => {
    const next = { width: value?.width ?? null, height: value?.height ?? null, [side]: v };
    onChange(next.width === null && next.height === null ? null : next);
  };
  return html`<span class="runs-size">
    <${Text} a=${a} option=${option} type="integer" aria-label=${`${option.path}, width`} value=${value?.width ?? null} onChange=${(v) => set("width", v)} />
    <span aria-hidden="true">×</span>
    <${Text} a=${{ ...a, id: `${a.id}-height` }} option=${option} type="integer" aria-label=${`${option.path}, height`} value=${value?.height ?? null}
      onChange=${(v) => set("height", v)} />
  </span>`;
}
