// The classes in a picture: colour, name, share, and whether they are shown.
import { html } from "../../lib/html.js";
import { percent, rgb } from "../../lib/format.js";

/** Largest first; classes that no answer found come last, folded away. `hidden` holds names, `at` is the name under the crosshair. */
export function Legend({ answers, names, hidden, setHidden, at }) {
  const [first, second] = answers;
  const others = new Map((second?.classes ?? []).map((c) => [c.name, c]));
  const rows = first.classes.map((c) => ({ ...c, other: others.get(c.name) }));
  rows.push(...(second?.classes ?? []).filter((c) => !rows.some((r) => r.name === c.name)).map((c) => ({ ...c, pixels: 0, share: 0, other: c })));
  rows.sort((a, b) => b.share - a.share || (b.other?.share ?? 0) - (a.other?.share ?? 0));
  const present = rows.filter((c) => c.pixels > 0 || c.other?.pixels > 0);
  const absent = rows.filter((c) => !present.includes(c));
  const toggle = (name) => {
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    setHidden(next);
  };
  const allBut = (name) => setHidden(new Set(rows.map((c) => c.name).filter((n) => n !== name)));
  return html`<section class=${`segment-legend ${second ? "two" : ""}`} aria-label="Classes">
    <h3>Classes</h3>
    ${answers.map((answer, i) => html`<${Strip} key=${i} answer=${answer} name=${second && names[i]} />`)}
    <ul>
      ${present.map((c) => html`<li key=${c.name} class=${c.name === at ? "at" : ""} data-class=${c.name}>
        <label><input type="checkbox" checked=${!hidden.has(c.name)} onChange=${() => toggle(c.name)} aria-label=${`Show ${c.name}`} />
          <span class="swatch" style=${{ background: rgb(c.color) }}></span><span class="segment-class">${c.name}</span></label>
        <span class="numeric" data-share=${c.share}>${percent(c.share)}${second && ` / ${percent(c.other?.share)}`}</span>
        <button type="button" class="quiet" onClick=${() => allBut(c.name)} aria-label=${`Show only ${c.name}`}>only</button>
      </li>`)}
    </ul>
    <p class="actions">
      <button type="button" onClick=${() => setHidden(new Set())} disabled=${hidden.size === 0}>Show all</button>
      <button type="button" onClick=${() => allBut(null)} disabled=${present.every((c) => hidden.has(c.name))}>Hide all</button>
    </p>
    ${absent.length > 0 && html`<details><summary>${absent.length === 1 ? "1 class" : `${absent.length} classes`} without a pixel here</summary>
      <ul class="segment-absent">${absent.map((c) => html`<li><span class="swatch" style=${{ background: rgb(c.color) }}></span>${c.name}</li>`)}</ul>
    </details>`}
  </section>`;
}

/** The shares as one bar; the list below has them as figures. */
function Strip({ answer, name }) {
  const seen = answer.classes.filter((c) => c.share > 0).sort((a, b) => b.share - a.share);
  return html`<div class="segment-shares">
    ${name && html`<span class="soft">${name}</span>`}
    <div class="segment-strip" aria-hidden="true">
      ${seen.map((c) => html`<span key=${c.index} title=${c.name} style=${{ width: `${c.share * 100}%`, background: rgb(c.color) }}></span>`)}
    </div>
  </div>`;
}
