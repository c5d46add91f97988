// Training runs: all of them, one, several side by side, and a new one.
import { html } from "../lib/html.js";
import { BranchRun } from "./runs/branch.js";
import { CompareRuns } from "./runs/compare.js";
import { NewRun } from "./runs/new.js";
import { RunList } from "./runs/list.js";
import { OneRun } from "./runs/one.js";

export function Page({ id, query }) {
  if (id && query.has("branch")) return html`<${BranchRun} key=${id} id=${id} stage=${query.get("branch")} />`;
  if (id) return html`<${OneRun} key=${id} id=${id} />`;
  if (query.get("compare")) return html`<${CompareRuns} ids=${query.get("compare").split(",").filter(Boolean)} />`;
  if (query.has("new")) return html`<${NewRun} from=${query.get("from")} />`;
  return html`<${RunList} />`;
}
