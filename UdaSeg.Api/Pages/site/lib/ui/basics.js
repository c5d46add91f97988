// Small pieces that every page uses.
import { Problem } from "../api.js";
import { useBlobUrl } from "../hooks.js";
import { percent, time, words } from "../format.js";
import { html, useId } from "../html.js";

/** What went wrong, in the server's own words, with its stable code. */
export function ProblemNotice({ problem, retry }) {
  if (!problem) return null;
  const fields = Object.entries(problem.errors ?? {});
  return html`<div class="notice bad" role="alert">
    <strong>${problem instanceof Problem ? problem.title : "This page failed"}</strong>
    <p>${problem.message}</p>
    ${fields.length > 0 && html`<ul>${fields.map(([field, texts]) => html`<li><code>${field}</code> ${texts.join(" ")}</li>`)}</ul>`}
    ${problem.code && html`<p class="soft">Code <code>${problem.code}</code>${problem.traceId && html`, trace <code>${problem.traceId}</code>`}</p>`}
    ${retry && html`<button type="button" onClick=${retry}>Try again</button>`}
  </div>`;
}

export const Notice = ({ kind = "info", title, children }) => html`<div class=${`notice ${kind}`} role="status">
  ${title && html`<strong>${title}</strong>`} ${children}
</div>`;

/** An empty list that says what to do next. */
export const Empty = ({ title, children }) => html`<div class="empty"><p><strong>${title}</strong></p>${children}</div>`;

export const Loading = ({ what = "Loading" }) => html`<p class="loading" role="status"><span class="spinner" aria-hidden="true"></span>${what}…</p>`;

/** What is loaded, or how far it is: `of` is a result of useApi and its kin. */
export function Loaded({ of, what, children }) {
  if (of.problem && of.data === null) return html`<${ProblemNotice} problem=${of.problem} retry=${of.reload} />`;
  if (of.data === null) return html`<${Loading} what=${what} />`;
  return html`<${ProblemNotice} problem=${of.problem} retry=${of.reload} />${children(of.data)}`;
}

export function Progress({ value, label }) {
  const share = Math.min(1, Math.max(0, value ?? 0));
  return html`<div class="progress">
    <div class="bar" role="progressbar" aria-label=${label} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(share * 100)}>
      <span style=${{ width: `${share * 100}%` }}></span>
    </div>
    <span class="figure" aria-hidden="true">${percent(share, 0)}</span>
  </div>`;
}

const kinds = {
  succeeded: "good", ready: "good", finished: "good", failed: "bad", invalid: "bad",
  running: "busy", validating: "busy", cancelling: "busy", interrupted: "warn", cancelled: "warn",
};
export const Status = ({ of }) => html`<span class=${`status ${kinds[of] ?? "idle"}`}>${words(of)}</span>`;

export const Time = ({ at }) => (at ? html`<time datetime=${at}>${time(at)}</time>` : "–");

/** A labelled control; `hint` says what it does, in the interface's own words. */
export function Field({ label, hint, unit, error, children }) {
  const id = useId();
  return html`<div class="field">
    <label for=${id}>${label}${unit && html` <span class="unit">(${unit})</span>`}</label>
    ${children({ id, "aria-describedby": hint || error ? `${id}-hint` : undefined, "aria-invalid": error ? "true" : undefined })}
    ${(hint || error) && html`<p class=${error ? "hint bad" : "hint"} id=${`${id}-hint`}>${error ?? hint}</p>`}
  </div>`;
}

export function Select({ label, hint, error, value, onChange, options, empty }) {
  return html`<${Field} label=${label} hint=${hint} error=${error}>
    ${(a) => html`<select ...${a} value=${value} onChange=${(e) => onChange(e.target.value)}>
      ${empty !== undefined && html`<option value="">${empty}</option>`}
      ${options.map(([key, text]) => html`<option value=${key} selected=${key === value}>${text}</option>`)}
    </select>`}
  </${Field}>`;
}

export function TextField({ label, hint, unit, error, value, onChange, type = "text", ...rest }) {
  return html`<${Field} label=${label} hint=${hint} unit=${unit} error=${error}>
    ${(a) => html`<input ...${a} ...${rest} type=${type} value=${value} onInput=${(e) => onChange(e.target.value)} />`}
  </${Field}>`;
}

/** A slider with its value beside it. */
export function Slider({ label, hint, value, onChange, min = 0, max = 1, step = 0.01, show = (v) => v }) {
  return html`<${Field} label=${label} hint=${hint}>
    ${(a) => html`<div class="slider">
      <input ...${a} type="range" min=${min} max=${max} step=${step} value=${value} aria-valuetext=${String(show(value))}
        onInput=${(e) => onChange(Number(e.target.value))} />
      <output for=${a.id}>${show(value)}</output>
    </div>`}
  </${Field}>`;
}

export function Checkbox({ label, hint, checked, onChange }) {
  const id = useId();
  return html`<div class="field check">
    <input id=${id} type="checkbox" checked=${checked} aria-describedby=${hint ? `${id}-hint` : undefined} onChange=${(e) => onChange(e.target.checked)} />
    <label for=${id}>${label}</label>
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
  </div>`;
}

/** A picture of the interface. */
export function ApiImage({ path, query, alt, ...rest }) {
  const { url, problem } = useBlobUrl(path, query);
  if (problem) return html`<span class="missing-image" role="img" aria-label=${`${alt}: ${problem.message}`}>${problem.message}</span>`;
  return url ? html`<img src=${url} alt=${alt} ...${rest} />` : html`<span class="pending-image" role="img" aria-label=${`${alt}, loading`}></span>`;
}

/** Saves a Blob under a name. */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
