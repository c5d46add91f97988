// Studies: which there are, one of them, and a new one.
import { html } from "../lib/html.js";
import { List } from "./studies/list.js";
import { NewStudy } from "./studies/new.js";
import { Study } from "./studies/one.js";

export function Page({ id, query }) {
  if (id) return html`<${Study} key=${id} id=${id} />`;
  if (query.has("new")) return html`<${NewStudy} from=${query.get("from")} />`;
  return html`<${List} />`;
}
