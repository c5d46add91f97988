// Choosing among what the server has.
import { useAll } from "../hooks.js";
import { html } from "../html.js";
import { shortId } from "../format.js";
import { Select } from "./basics.js";

/** @param {{filter?: (set) => boolean}} props only data sets that are ready are offered. */
export function DatasetPicker({ label, hint, error, value, onChange, filter = () => true, empty = "Choose a data set" }) {
  const sets = useAll("/datasets");
  const offered = (sets.data ?? []).filter((s) => s.status === "ready" && filter(s));
  const options = offered.map((s) => [s.id, `${s.name} (${s.domain}, ${s.samples} images${s.labelled > 0 ? ", labelled" : ""})`]);
  return html`<${Select} label=${label} hint=${sets.problem?.message ?? hint} error=${error} value=${value} onChange=${onChange} options=${options}
    empty=${sets.loading ? "Loading…" : empty} />`;
}

export const checkpointLabel = (c) =>
  `${c.manifest.name}${c.stage === null ? "" : ` · stage ${c.stage}`} · ${shortId(c.id)}${c.aliases.length > 0 ? ` (${c.aliases.join(", ")})` : ""}`;

/** Aliases first, then every checkpoint; the value is what `?checkpoint=` takes. */
export function CheckpointPicker({ label, hint, error, value, onChange, aliases = true, empty = "Choose a checkpoint" }) {
  const checkpoints = useAll("/checkpoints");
  const named = useAll(aliases ? "/checkpoint-aliases" : null);
  const options = [
    ...(named.data ?? []).map((a) => [a.name, `alias ${a.name}`]),
    ...(checkpoints.data ?? []).map((c) => [c.id, checkpointLabel(c)]),
  ];
  return html`<${Select} label=${label} hint=${checkpoints.problem?.message ?? hint} error=${error} value=${value} onChange=${onChange} options=${options}
    empty=${checkpoints.loading ? "Loading…" : empty} />`;
}
