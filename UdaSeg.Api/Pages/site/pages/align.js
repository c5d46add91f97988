// What the photometric alignment does to one pair of pictures.
import { Fragment, html, useMemo, useState } from "../lib/html.js";
import { useAll, useApi, useTitle } from "../lib/hooks.js";
import { useOperation } from "../lib/operation.js";
import { Link, useQueryState } from "../lib/router.js";
import { Empty, Loaded, Loading, ProblemNotice } from "../lib/ui/basics.js";
import { PictureInput } from "./align/inputs.js";
import { isComplete, useAlignment, useCache, useSchemes } from "./align/request.js";
import { Gallery, Result } from "./align/result.js";
import { Settings, settingsOf } from "./align/settings.js";

export function Page({ query }) {
  useTitle("Align");
  const operation = useOperation("post", "/api/v1/alignments");
  return html`<${Fragment}>
    <h1>Align</h1>
    <p class="lead">The source takes on the light and the colours of the reference, and keeps what it shows: this is what training does to each of its pairs.</p>
    <${Loaded} of=${operation} what="Reading the interface">${(found) => html`<${Bench} operation=${found} query=${query} />`}</${Loaded}>
  </${Fragment}>`;
}

/** Pictures of data sets are part of the address, files are not: they are the reader's own. */
function usePicture(name, draws) {
  const [dataset, setDataset] = useQueryState(name);
  const [sample, setSample] = useQueryState(`${name}Sample`);
  const [seed, setSeed] = useQueryState(`${name}Seed`);
  const [local, setLocal] = useState({});
  const set = (next) => {
    setLocal(next);
    setDataset(next.dataset ?? "");
    setSample(next.sample ?? "");
    setSeed(next.seed ?? "");
  };
  const picture = useMemo(() => {
    if (!dataset) return local.dataset ? {} : local;
    if (sample) return { dataset, sample };
    if (!draws) return { dataset };
    return { dataset, seed: seed || (local.dataset === dataset ? (local.seed ?? "0") : "0") }; // an emptied field stays empty while it is written anew
  }, [dataset, sample, seed, local, draws]);
  return [picture, set];
}

function Bench({ operation, query }) {
  const { parameters, answers } = operation;
  const [source, setSource] = usePicture("source", false);
  const [reference, setReference] = usePicture("reference", true);
  const [, setScheme] = useQueryState("scheme");
  const [, setBeta] = useQueryState("beta");
  const [, setFourierBeta] = useQueryState("fourierBeta");
  const [all, setAll] = useQueryState("all");
  const limits = useApi("/limits");
  const limit = limits.data?.limits.maxUploadBytes;
  const setters = { scheme: setScheme, beta: setBeta, fourierBeta: setFourierBeta };
  const settings = settingsOf(query, parameters);
  const sendable = (p) => isComplete(p) && !(limit && p.file?.size > limit);
  const request = sendable(source) && sendable(reference) ? { source, reference, settings } : null;
  const cache = useCache();
  const aligned = useAlignment(cache, request);
  const schemes = useSchemes(cache, all ? request : null, parameters.scheme.enum);
  const mediaTypes = answers.filter((type) => type.startsWith("image/"));
  const set = (name, value) => setters[name](value === parameters[name].default ? "" : String(value));
  return html`<div class="split">
    <div>
      <${PictureInput} title="Source" hint="The picture to change: a render, say." picture=${source} onChange=${setSource} limit=${limit} />
      <${PictureInput} title="Reference" hint="The picture whose light and colours it takes on." picture=${reference} onChange=${setReference} draws limit=${limit} />
      <${Settings} parameters=${parameters} settings=${settings} set=${set} />
    </div>
    <div>
      <section class="card" aria-label="Result" aria-busy=${aligned.busy ? "true" : "false"}>
        <h2>Result <span class="align-busy" role="status">${aligned.busy && "computing…"}</span></h2>
        <${ProblemNotice} problem=${aligned.problem} retry=${aligned.retry} />
        ${aligned.result && html`<${Result} result=${aligned.result} mediaTypes=${mediaTypes} />`}
        ${!aligned.result && aligned.busy && html`<${Loading} what="Aligning" />`}
        ${!request && html`<${Invitation} source=${source} reference=${reference} onTry=${(s, r) => (setSource(s), setReference(r))} />`}
      </section>
      ${request && html`<section class="card" aria-label="All schemes">
        <h2>All schemes side by side</h2>
        ${all
          ? html`<${Gallery} schemes=${parameters.scheme.enum} results=${schemes} current=${settings.scheme}
              onChoose=${(s) => set("scheme", s)} />`
          : html`<p>The same pair under each of the ${parameters.scheme.enum.length} schemes, one request each.</p>`}
        <p class="actions"><button type="button" onClick=${() => setAll(all ? "" : "1")}>${all ? "Hide them" : "Show all schemes"}</button></p>
      </section>`}
    </div>
  </div>`;
}

/** What is missing; and a way in for readers without pictures of their own. */
function Invitation({ source, reference, onTry }) {
  const sets = useAll("/datasets");
  const ready = (sets.data ?? []).filter((s) => s.status === "ready" && s.samples > 0);
  const from = ready.find((s) => s.domain === "source");
  const to = ready.find((s) => s.domain === "target");
  const missing = [!isComplete(source) && "a source", !isComplete(reference) && "a reference"].filter(Boolean).join(" and ");
  return html`<${Empty} title=${missing ? `Choose ${missing}` : "Nothing to send"}>
    ${from && to
      ? html`<p>No pictures at hand? This server has some.</p>
          <${TryIt} from=${from} to=${to} onTry=${onTry} />`
      : sets.data && html`<p>Drop two pictures, or <${Link} href="/datasets">register data sets</${Link}> to choose from them.</p>`}
  </${Empty}>`;
}

function TryIt({ from, to, onTry }) {
  const first = useApi(`/datasets/${from.id}/samples`, { query: { limit: 1 } });
  const sample = first.data?.items[0]?.name;
  return html`<p class="actions centre">
    <button type="button" class="primary" disabled=${!sample} onClick=${() => onTry({ dataset: from.id, sample }, { dataset: to.id, seed: "0" })}>
      Try “${from.name}” in the light of “${to.name}”
    </button>
  </p>`;
}
