// How a run adapts: the paper's method or one that it is compared with, each with a sentence.
import { html } from "../../lib/html.js";
import { flatten, valueText } from "../studies/figures.js";

/** @param {{methods: object[], value: string, error?: string, onChange: (name: string) => void}} props `methods` of GET /training-presets */
export function Methods({ methods, value, error, onChange }) {
  const chosen = methods.find((m) => m.name === value);
  const sets = flatten(chosen?.options).map(([path, set]) => `${path} = ${valueText(set)}`);
  return html`<fieldset class="runs-presets runs-methods" aria-describedby="method-sets">
    <legend class="hidden">Method</legend>
    ${methods.map((m) => html`<label key=${m.name}>
      <input type="radio" name="method" value=${m.name} checked=${m.name === value} onChange=${() => onChange(m.name)} />
      <span><strong>${m.title}</strong><span class="hint">${m.meaning}</span></span>
    </label>`)}
    <p id="method-sets" class="soft">${sets.length > 0
      ? html`It sets <code>${sets.join(", ")}</code>, unless you choose otherwise below.` : "The preset stays as it is."}</p>
    ${error && html`<p class="hint bad">${error}</p>`}
  </fieldset>`;
}
