// How far two data sets lie apart, before and after alignment; and a copy of one that is aligned to the other.
import { html, useState } from "../../lib/html.js";
import { api } from "../../lib/api.js";
import { words } from "../../lib/format.js";
import { useAction, useApi } from "../../lib/hooks.js";
import { navigate, useQueryState } from "../../lib/router.js";
import { useSchema } from "../../lib/schema.js";
import { Empty, Loaded, ProblemNotice, Select, TextField } from "../../lib/ui/basics.js";
import { DatasetPicker } from "../../lib/ui/pickers.js";
import { GapResult } from "./gap.js";

export function AlignmentTab({ set }) {
  const schema = useSchema();
  const limits = useApi("/limits");
  return html`<section aria-labelledby="set-gap">
    <h2 id="set-gap">Domain gap</h2>
    <p class="soft">Each image of the source is aligned to one of the target that the seed draws, as in training, and measured before and after.</p>
    <${Loaded} of=${schema}>${(s) => html`<${Loaded} of=${limits}>${(l) => html`<${Measure} set=${set} schema=${s}
      most=${l.limits.maxDomainGapImages} />`}</${Loaded}>`}</${Loaded}>
  </section>`;
}

const roles = [["source", "the source, which is aligned"], ["target", "the target, whose look is taken"]];
const given = (text) => (text === "" ? undefined : Number(text));

function Measure({ set, schema, most }) {
  const standard = schema.fallback("DomainGapRequest", "scheme");
  const [role, setRole] = useQueryState("role", set.domain === "target" ? "target" : "source");
  const [other, setOther] = useQueryState("other");
  const [scheme, setScheme] = useQueryState("scheme", standard);
  const [beta, setBeta] = useQueryState("beta");
  const [fourierBeta, setFourierBeta] = useQueryState("fourierBeta");
  const [seed, setSeed] = useQueryState("seed", "0");
  const [images, setImages] = useQueryState("images");
  const settings = { scheme, beta: given(beta), fourierBeta: scheme === "fourier" ? given(fourierBeta) : undefined, seed: given(seed) ?? 0 };
  const pair = role === "source" ? { source: set.id, target: other } : { source: other, target: set.id };
  const [done, setDone] = useState(null);
  const action = useAction(async () => setDone(await api.post("/domain-gaps", { ...pair, ...settings, maxImages: given(images) })));
  const copy = other && html`<${AlignedCopy} key=${pair.source + pair.target} set=${set} pair=${pair} settings=${settings} schema=${schema} />`;
  const error = (field) => action.problem?.errors?.[field]?.join(" ");
  const text = (field) => schema.text("DomainGapRequest", field);
  const submit = (e) => (e.preventDefault(), action.run());
  return html`<div class="split">
    <div>
      <form class="card" onSubmit=${submit}>
        <h3>Measure</h3>
        <${Select} label="This data set is" value=${role} onChange=${setRole} options=${roles} />
        <${DatasetPicker} label=${role === "source" ? "Target" : "Source"} hint=${text(role === "source" ? "target" : "source")} value=${other} onChange=${setOther}
          filter=${(s) => s.id !== set.id} />
        <${Select} label="Scheme" hint=${text("scheme")} value=${scheme} onChange=${setScheme}
          options=${schema.values("DomainGapRequest", "scheme").map((s) => [s, words(s)])} error=${error("scheme")} />
        <${TextField} label="β" type="number" min="0" max="100" step="any" value=${beta} onChange=${setBeta} hint=${text("beta")} error=${error("beta")} />
        ${scheme === "fourier" && html`<${TextField} label="Fourier β" type="number" min="0" max="0.5" step="any" value=${fourierBeta} onChange=${setFourierBeta}
          hint=${text("fourierBeta")} error=${error("fourierBeta")} />`}
        <${TextField} label="Seed" type="number" step="1" value=${seed} onChange=${setSeed} hint=${text("seed")} error=${error("seed")} />
        <${TextField} label="Most images a side" type="number" min="1" max=${most} step="1" value=${images} onChange=${setImages}
          hint=${`1 to ${most}; ${most} without it.`} error=${error("maxImages")} />
        <${ProblemNotice} problem=${action.problem} />
        <button type="submit" class="primary" disabled=${!other || action.busy}>${action.busy ? "Measuring…" : "Measure the gap"}</button>
      </form>
      ${copy}
    </div>
    <div aria-busy=${action.busy ? "true" : "false"}>
      <p class="hidden" role="status">${action.busy ? "Measuring" : done ? "The gap is measured" : ""}</p>
      ${done && html`<${GapResult} gap=${done} stale=${action.busy} />`}
      ${!done && html`<${Empty} title=${action.busy ? "Measuring…" : "Choose the other data set, then measure."}>
        <p>Distances before and after, the γ of every image, and the histograms of source, target and aligned source come here.</p>
      </${Empty}>`}
    </div>
  </div>`;
}

function AlignedCopy({ set, pair, settings, schema }) {
  const others = useApi(`/datasets/${pair.source === set.id ? pair.target : pair.source}`);
  const [name, setName] = useState(null);
  const [source, target] = pair.source === set.id ? [set, others.data] : [others.data, set];
  const shown = name ?? (source && target ? `${source.name}, as ${target.name}`.slice(0, 100) : "");
  const action = useAction(async () => {
    const made = await api.post(`/datasets/${pair.source}/alignments`, { name: shown, target: pair.target, ...settings });
    navigate(`/datasets/${made.id}`);
  });
  const submit = (e) => (e.preventDefault(), action.run());
  return html`<form class="card" onSubmit=${submit}>
    <h3>Make an aligned copy</h3>
    <p class="soft">
      A new data set: all images of ${source?.name ?? "the source"} aligned to ${target?.name ?? "the target"} with the scheme and seed above;
      labels are copied as they are.
    </p>
    <${TextField} label="Name of the copy" value=${shown} onChange=${setName} required hint=${schema.text("AlignDataset", "name")}
      error=${action.problem?.errors?.name?.join(" ")} />
    <${ProblemNotice} problem=${action.problem} />
    <button type="submit" disabled=${action.busy}>${action.busy ? "Starting…" : "Make the copy"}</button>
  </form>`;
}
