// Evaluations: which there are, one of them, several side by side, and a new one.
import { html } from "../lib/html.js";
import { Compare } from "./evaluations/compare.js";
import { Evaluation } from "./evaluations/one.js";
import { List } from "./evaluations/list.js";
import { NewEvaluation } from "./evaluations/new.js";

export function Page({ id, query }) {
  if (id) return html`<${Evaluation} key=${id} id=${id} />`;
  if (query.get("compare")) return html`<${Compare} ids=${[...new Set(query.get("compare").split(","))]} />`;
  if (query.has("new")) return html`<${NewEvaluation} query=${query} />`;
  return html`<${List} />`;
}
