// From the values in label files to classes: one line a class, in whatever the files hold.
import { html, useState } from "../../lib/html.js";
import { words } from "../../lib/format.js";
import { Problem } from "../../lib/api.js";
import { Field, Select } from "../../lib/ui/basics.js";
import { Swatch } from "./card.js";

const kinds = {
  index: "The grey value of a pixel. Without any values, a value is the class's own index.",
  palette: "The palette index of an indexed PNG; the palette's colours are not looked at.",
  rgb: "The colour of a pixel, as r,g,b or #rrggbb; several are separated by a semicolon.",
  channel16: "The first channel of a 16-bit PNG.",
};

const own = "What the layout brings: for Cityscapes, GTA5 and SYNTHIA their published ids where the label space is one of the built-in ones; "
  + "else a value is the class's own index.";
const ignored = 255;
const hex = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16)).join(",");

/** The values that somebody wrote in one line. */
export function valuesOf(kind, text) {
  if (kind === "rgb") return (text.match(/#[0-9a-f]{6}|\d+\s*,\s*\d+\s*,\s*\d+/gi) ?? []).map((v) => (v.startsWith("#") ? hex(v) : v.replace(/\s/g, "")));
  return text.split(/[\s,;]+/).filter((v) => v !== "");
}

/** @returns {{kind: string, values: object | null} | undefined} as the interface takes it; undefined: the layout's own. */
export function mappingOf({ kind, values }, space) {
  if (kind === "") return undefined;
  const map = {};
  for (const index of [...space.classes.map((c) => c.index), ignored]) {
    for (const value of valuesOf(kind, values[index] ?? "")) {
      if (value in map) throw clash(`The value ${value} stands at two classes.`);
      map[value] = index;
    }
  }
  return { kind, values: kind === "index" && Object.keys(map).length === 0 ? null : map };
}

const clash = (detail) => new Problem({ title: "The mapping is ambiguous", detail, code: null, errors: { "mapping.values": [detail] } });

/** The lines of a mapping that the interface told. */
export function linesOf(mapping) {
  const lines = {};
  for (const [value, index] of Object.entries(mapping.values ?? {})) (lines[index] ??= []).push(value);
  const between = mapping.kind === "rgb" ? "; " : ", ";
  return Object.fromEntries(Object.entries(lines).map(([index, list]) => [index, list.join(between)]));
}

export function MappingEditor({ form, onChange, space, schema, error }) {
  const fill = (write) => onChange({ values: Object.fromEntries(space.classes.map((c) => [c.index, write(c)])) });
  const set = (index) => (e) => onChange({ values: { ...form.values, [index]: e.target.value } });
  return html`<fieldset>
    <legend>Label mapping</legend>
    <${Select} label="Label files hold" value=${form.kind} onChange=${(kind) => onChange({ kind })} empty="The layout's own mapping" error=${error}
      hint=${kinds[form.kind] ?? own}
      options=${schema.values("CreateMapping", "kind").map((k) => [k, words(k)])} />
    ${form.kind !== "" && html`<div>
      <p class="actions datasets-fill">
        ${form.kind === "rgb" && html`<button type="button" onClick=${() => fill((c) => c.color.join(","))}>Fill in the classes' colours</button>`}
        ${form.kind !== "rgb" && html`<button type="button" onClick=${() => fill((c) => String(c.index))}>Fill in the classes' indices</button>`}
        <button type="button" onClick=${() => onChange({ values: {} })}>Clear</button>
      </p>
      <div class="datasets-mapping">
        ${space.classes.map((c) => html`<label key=${c.index}><span><${Swatch} color=${c.color} />${c.name}</span>
          <input type="text" value=${form.values[c.index] ?? ""} onInput=${set(c.index)} autocomplete="off" /></label>`)}
        <label><span>Ignored on purpose</span><input type="text" value=${form.values[ignored] ?? ""} onInput=${set(ignored)} autocomplete="off" /></label>
      </div>
      <p class="hint">Values that stand nowhere are ignored too, and are listed in the report as unknown.</p>
      <${PastedMapping} onRead=${(values) => onChange({ values: linesOf({ kind: form.kind, values }) })} />
    </div>`}
  </fieldset>`;
}

function PastedMapping({ onRead }) {
  const [text, setText] = useState("");
  const [fault, setFault] = useState(null);
  const read = () => {
    try {
      const values = JSON.parse(text);
      if (!Object.values(values).every(Number.isInteger)) throw new SyntaxError("Every value must map to a class's index.");
      setFault(null);
      onRead(values);
    } catch (e) {
      setFault(`This is no mapping: ${e.message}`);
    }
  };
  return html`<details><summary>Paste a mapping as JSON</summary>
    <${Field} label="Value to class index" hint='Such as {"7": 0, "8": 1}, as the HTTP interface takes it.' error=${fault}>
      ${(a) => html`<textarea ...${a} rows="4" value=${text} onInput=${(e) => setText(e.target.value)}></textarea>`}
    </${Field}>
    <button type="button" onClick=${read}>Fill in</button>
  </details>`;
}
