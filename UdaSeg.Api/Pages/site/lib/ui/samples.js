// One picture of a data set, chosen by looking.
import { api } from "../api.js";
import { html, useEffect, useId, useRef, useState } from "../html.js";
import { plural } from "../format.js";
import { ApiImage, ProblemNotice } from "./basics.js";

const page = 12; // whole pictures are fetched to be shown small

export const sampleImage = (dataset, sample) => `/datasets/${dataset}/samples/${encodeURIComponent(sample)}/image`;

/** The samples of a data set, page by page as asked for. */
function useSamples(dataset) {
  const [state, setState] = useState({ items: [], cursor: undefined, problem: null, busy: true });
  const abort = useRef(null);
  const more = async (from) => {
    abort.current?.abort();
    const mine = (abort.current = new AbortController());
    setState((s) => ({ ...s, busy: true, problem: null, items: from ? s.items : [] }));
    try {
      const answer = await api.get(`/datasets/${dataset}/samples`, { query: { limit: page, cursor: from }, signal: mine.signal });
      if (!mine.signal.aborted) setState((s) => ({ items: [...s.items, ...answer.items], cursor: answer.nextCursor, problem: null, busy: false }));
    } catch (problem) {
      if (!mine.signal.aborted) setState((s) => ({ ...s, problem, busy: false }));
    }
  };
  useEffect(() => {
    if (dataset) more();
    return () => abort.current?.abort();
  }, [dataset]);
  return { ...state, more: () => more(state.cursor) };
}

/**
 * Thumbnails as radio buttons: arrow keys move, one is chosen. `extra` may add choices before them: `[[value, text]]`.
 * @param {{label: string, dataset: string, value: string, onChange: (sample: string) => void, extra?: [string, string][]}} props
 */
export function SamplePicker({ label, dataset, value, onChange, extra = [] }) {
  const name = useId();
  const samples = useSamples(dataset);
  const radio = (key, text, content) => html`<li key=${`${dataset}/${key}`}><label>
    <input type="radio" name=${name} value=${key} checked=${key === value} onChange=${() => onChange(key)} />${content}<span class="name">${text}</span>
  </label></li>`;
  const unlisted = value && !extra.some(([key]) => key === value) && !samples.items.some((s) => s.name === value);
  return html`<fieldset class="samples">
    <legend>${label}</legend>
    <ul>
      ${extra.map(([key, text]) => radio(key, text, html`<span class="pick" aria-hidden="true">⚄</span>`))}
      ${unlisted && radio(value, value, html`<${ApiImage} path=${sampleImage(dataset, value)} alt="" />`)}
      ${samples.items.map((s) => radio(s.name, s.name, html`<${ApiImage} path=${sampleImage(dataset, s.name)} alt="" />`))}
    </ul>
    <${ProblemNotice} problem=${samples.problem} retry=${samples.more} />
    ${samples.cursor && html`<button type="button" disabled=${samples.busy} onClick=${samples.more}>More, after ${plural(samples.items.length, "image")}</button>`}
  </fieldset>`;
}
