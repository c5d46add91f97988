// A label space of one's own: classes in order, their colours, and named subsets of them.
import { html, useEffect, useRef, useState } from "../../lib/html.js";
import { api } from "../../lib/api.js";
import { useAction } from "../../lib/hooks.js";
import { Field, Notice, ProblemNotice, Select, TextField } from "../../lib/ui/basics.js";

const toHex = (color) => `#${color.map((v) => v.toString(16).padStart(2, "0")).join("")}`;
const toRgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
let next = 0;
const row = (name = "", color = spread(next)) => ({ key: next++, name, color });

/** Hues a golden angle apart stay distinct however many follow. */
function spread(n) {
  const hue = (n * 137.508) % 360;
  const channel = (k) => {
    const a = (k + hue / 30) % 12;
    return Math.round(255 * (0.5 - 0.35 * Math.max(-1, Math.min(a - 3, 9 - a, 1))));
  };
  return toHex([channel(0), channel(8), channel(4)]);
}

export function LabelSpaceForm({ spaces, onClose }) {
  const [name, setName] = useState("");
  const [classes, setClasses] = useState(() => [row(), row()]);
  const [subsets, setSubsets] = useState([]);
  const [made, setMade] = useState(null);
  const heading = useRef(null);
  useEffect(() => heading.current?.focus(), []);
  const action = useAction(async () => {
    const space = await api.post("/label-spaces", {
      name,
      classes: classes.map((c, index) => ({ index, name: c.name.trim(), color: toRgb(c.color) })),
      subsets: Object.fromEntries(subsets.map((s) => [s.name.trim(), classes.flatMap((c, i) => (s.keys.has(c.key) ? [i] : []))])),
    });
    setMade(space);
    spaces.reload();
  });
  const start = (id) => {
    const from = spaces.data.items.find((s) => s.id === id);
    if (!from) return;
    const rows = from.classes.map((c) => row(c.name, toHex(c.color)));
    setClasses(rows);
    setSubsets(Object.entries(from.subsets).map(([subset, indices]) => ({ name: subset, keys: new Set(indices.map((i) => rows[i].key)) })));
  };
  const submit = (e) => (e.preventDefault(), setMade(null), action.run());
  return html`<section class="card" aria-labelledby="space-title">
    <h2 id="space-title" ref=${heading} tabindex="-1">New label space</h2>
    <form onSubmit=${submit}>
      <div class="grid narrow datasets-form">
        <${TextField} label="Name of the label space" value=${name} onChange=${setName} required autocomplete="off" error=${action.problem?.errors?.name?.join(" ")}
          hint="Its id is made of it." />
        <${Select} label="Start from" value="" onChange=${start} empty="Nothing" options=${(spaces.data?.items ?? []).map((s) => [s.id, s.name])}
          hint="Takes over classes and subsets to change." />
      </div>
      <${ClassRows} classes=${classes} onChange=${setClasses} />
      <${PastedClasses} onRead=${(rows) => setClasses(rows)} />
      <${SubsetRows} subsets=${subsets} classes=${classes} onChange=${setSubsets} />
      <${ProblemNotice} problem=${action.problem} />
      ${made && html`<${Notice} kind="good" title=${`${made.name} is there.`}>
        <p>Its id is <code>${made.id}</code>; data sets can now be registered with its ${made.count} classes.</p>
      </${Notice}>`}
      <p class="actions"><button type="submit" data-needs="trainer"
        class="primary" disabled=${action.busy}>${action.busy ? "Adding…" : "Add the label space"}</button> <button
        type="button" onClick=${onClose}>Close</button></p>
    </form>
  </section>`;
}

function ClassRows({ classes, onChange }) {
  const list = useRef(null);
  const change = (at, part) => onChange(classes.map((c, i) => (i === at ? { ...c, ...part } : c)));
  const swap = (at, to) => onChange(classes.map((c, i) => (i === at ? classes[to] : i === to ? classes[at] : c)));
  const add = () => {
    onChange([...classes, row()]);
    requestAnimationFrame(() => list.current?.querySelector("li:last-child input[type=text]")?.focus());
  };
  return html`<fieldset>
    <legend>Classes</legend>
    <ol class="datasets-classes" ref=${list} start="0">
      ${classes.map((c, i) => html`<li key=${c.key}>
        <span class="figure">${i}</span>
        <input type="color" value=${c.color} aria-label=${`Colour of class ${i}`} onInput=${(e) => change(i, { color: e.target.value })} />
        <input type="text" value=${c.name} required aria-label=${`Name of class ${i}`} onInput=${(e) => change(i, { name: e.target.value })} />
        <button type="button" class="quiet" disabled=${i === 0} aria-label=${`Move class ${i} up`} onClick=${() => swap(i, i - 1)}>↑</button>
        <button type="button" class="quiet" disabled=${i === classes.length - 1} aria-label=${`Move class ${i} down`} onClick=${() => swap(i, i + 1)}>↓</button>
        <button type="button" class="quiet" disabled=${classes.length === 1} aria-label=${`Remove class ${i}`}
          onClick=${() => onChange(classes.filter((_, at) => at !== i))}>✕</button>
      </li>`)}
    </ol>
    <button type="button" onClick=${add}>Add a class</button>
  </fieldset>`;
}

function PastedClasses({ onRead }) {
  const [text, setText] = useState("");
  const read = () => {
    const lines = text.split("\n").map((l) => l.trim()).filter((l) => l !== "");
    if (lines.length === 0) return;
    onRead(lines.map((line) => {
      const [, name, color] = /^(.*?)(?:[\s,;:]+(#[0-9a-f]{6}))?$/i.exec(line);
      return color ? row(name, color.toLowerCase()) : row(name);
    }));
  };
  return html`<details class="field"><summary>Paste a list of classes</summary>
    <${Field} label="One class a line" hint="A name, and if you like a colour behind it: car #00008e. Replaces the list above.">
      ${(a) => html`<textarea ...${a} rows="5" value=${text} onInput=${(e) => setText(e.target.value)}></textarea>`}
    </${Field}>
    <button type="button" onClick=${read}>Fill in the classes</button>
  </details>`;
}

function SubsetRows({ subsets, classes, onChange }) {
  const change = (at, part) => onChange(subsets.map((s, i) => (i === at ? { ...s, ...part } : s)));
  const toggle = (at, key) => {
    const keys = new Set(subsets[at].keys);
    if (!keys.delete(key)) keys.add(key);
    change(at, { keys });
  };
  return html`<fieldset>
    <legend>Subsets</legend>
    <p class="hint">Selections of classes over which mean IoU is reported too.</p>
    ${subsets.map((s, i) => html`<div class="datasets-subset" key=${i}>
      <${TextField} label=${`Name of subset ${i + 1}`} value=${s.name} required onChange=${(value) => change(i, { name: value })} />
      <div class="datasets-toggles" role="group" aria-label=${`Classes of subset ${i + 1}`}>
        ${classes.map((c, at) => html`<label key=${c.key}><input type="checkbox" checked=${s.keys.has(c.key)}
          onChange=${() => toggle(i, c.key)} /> ${c.name || `class ${at}`}</label>`)}
      </div>
      <button type="button" onClick=${() => onChange(subsets.filter((_, at) => at !== i))}>Remove this subset</button>
    </div>`)}
    <button type="button" onClick=${() => onChange([...subsets, { name: "", keys: new Set() }])}>Add a subset</button>
  </fieldset>`;
}
