// One checkpoint: what its weights mean, what serves it, and its files.
import { Fragment, html, useState } from "../../lib/html.js";
import { api } from "../../lib/api.js";
import { bytes, integer, percent, rgb, shortId, words } from "../../lib/format.js";
import { useAction, useAll, useApi, useTitle } from "../../lib/hooks.js";
import { Link, navigate } from "../../lib/router.js";
import { Loaded, Notice, ProblemNotice, Time } from "../../lib/ui/basics.js";
import { Confirm } from "../../lib/ui/dialog.js";
import { AliasForm } from "./aliases.js";
import { Downloads } from "./downloads.js";

export function Checkpoint({ id }) {
  const checkpoint = useApi(`/checkpoints/${encodeURIComponent(id)}`);
  useTitle(checkpoint.data?.manifest.name ?? "Checkpoint");
  return html`<${Fragment}>
    <p><${Link} href="/checkpoints">All checkpoints</${Link}></p>
    ${checkpoint.data === null && html`<h1>Checkpoint</h1>`}
    <${Loaded} of=${checkpoint} what="Loading the checkpoint">${(c) => html`<${Known} of=${c} reload=${checkpoint.reload} />`}</${Loaded}>
  </${Fragment}>`;
}

function Known({ of, reload }) {
  const { manifest } = of;
  const metrics = Object.entries(manifest.metrics);
  const address = encodeURIComponent(of.id);
  return html`<${Fragment}>
    <div class="datasets-head"><h1>${manifest.name}</h1>${of.aliases.map((a) => html`<span class="status good">serves ${a}</span>`)}</div>
    <dl class="figures">
      ${metrics.map(([name, value]) => html`<div><dt>${name === "miou" ? "Mean IoU" : words(name)}</dt><dd>${percent(value)}</dd></div>`)}
      <div><dt>Backbone</dt><dd>${words(manifest.architecture.backbone)}</dd></div>
      <div><dt>Classes</dt><dd>${manifest.labelSpace.count}</dd></div>
      ${of.stage !== null && html`<div><dt>Stage</dt><dd>${of.stage === 0 ? "0, coarse" : of.stage}</dd></div>`}
      ${of.iteration !== null && html`<div><dt>Iteration</dt><dd>${integer(of.iteration)}</dd></div>`}
      <div><dt>Size</dt><dd>${bytes(of.bytes)}</dd></div>
    </dl>
    ${manifest.selection === "oracle" && html`<${Notice} kind="warn" title="Chosen with target labels.">
      <p>Its iteration was picked by what only an evaluation may see: a figure to compare with, no fair result.</p>
    </${Notice}>`}
    <p class="actions datasets-add">
      <${Link} class="button" href=${`/segment?checkpoint=${address}`}>Segment with it</${Link}>
      <${Link} class="button" href=${`/evaluations?checkpoint=${address}`}>Evaluate it</${Link}>
      ${of.run && html`<${Link} class="button" href=${`/runs/${of.run}`}>Its run</${Link}>`}
    </p>
    <div class="grid">
      <div><${Classes} space=${manifest.labelSpace} /><${Downloads} of=${of} /></div>
      <div><${Naming} of=${of} onMoved=${reload} /><${Manifest} of=${of} /></div>
    </div>
    <${Removal} of=${of} />
  </${Fragment}>`;
}

function Classes({ space }) {
  const subsets = Object.entries(space.subsets);
  return html`<section class="card" aria-labelledby="checkpoint-classes">
    <h2 id="checkpoint-classes">Classes</h2>
    <p class="soft">${space.name}${space.name !== space.id && html`, <code>${space.id}</code>`}</p>
    <ol class="checkpoints-classes" start="0">
      ${space.classes.map((c) => html`<li><span class="swatch" style=${{ background: rgb(c.color) }} aria-hidden="true"></span><span
        class="soft">${c.index}</span> ${c.name}</li>`)}
    </ol>
    ${subsets.map(([name, indices]) => html`<p class="hint">Subset ${name}: ${indices.map((i) => space.classes[i]?.name).join(", ")}.</p>`)}
  </section>`;
}

function Naming({ of, onMoved }) {
  const aliases = useAll("/checkpoint-aliases");
  const checkpoints = useAll("/checkpoints");
  const mine = (aliases.data ?? []).filter((a) => a.checkpoint === of.id);
  const moved = () => (aliases.reload(), onMoved());
  return html`<section class="card" aria-labelledby="checkpoint-aliases">
    <h2 id="checkpoint-aliases">Aliases</h2>
    ${mine.map((a) => html`<p key=${a.name}>Serves <strong>${a.name}</strong> since <${Time} at=${a.updatedAt} />.</p>`)}
    ${mine.length === 0 && html`<p class="soft">No alias points here: it is asked for by its id alone.</p>`}
    <${ProblemNotice} problem=${aliases.problem} />
    ${aliases.data && html`<${AliasForm} checkpoint=${of} aliases=${aliases.data} checkpoints=${checkpoints.data ?? []} onMoved=${moved} />`}
  </section>`;
}

function Manifest({ of }) {
  const { manifest: m } = of;
  const triple = (values) => values.join(", ");
  const facts = [
    ["Id", html`<code>${of.id}</code>`],
    ["Published", html`<${Time} at=${of.createdAt} />`],
    ["Made by", of.run ? html`<span>run <${Link} href=${`/runs/${of.run}`}>${shortId(of.run)}</${Link}></span>` : "import"],
    m.origin && !of.run ? ["Origin", html`<span>run <code>${m.origin.run}</code>, stage ${m.origin.stage}, iteration ${integer(m.origin.iteration)}</span>`] : null,
    ["Output stride", m.architecture.outputStride],
    ["Multi-grid", triple(m.architecture.multiGrid)],
    ["ASPP channels", m.architecture.asppChannels],
    ["Decoder channels", m.architecture.decoderChannels],
    ["Normalisation", html`<span>mean ${triple(m.normalisation.mean)}; std ${triple(m.normalisation.std)}</span>`],
    ["Base size", m.baseSize ? `${m.baseSize.width} × ${m.baseSize.height}` : "the image's own"],
    ["Target style", m.targetStyle ? "known: segmentations tell the drift from it" : "unknown: no drift can be told"],
    ["Digest", html`<code>${m.digest}</code>`],
  ].filter(Boolean);
  return html`<section class="card" aria-labelledby="checkpoint-manifest">
    <h2 id="checkpoint-manifest">Manifest</h2>
    <dl class="datasets-facts">${facts.map(([name, value]) => html`<${Fragment} key=${name}><dt>${name}</dt><dd>${value}</dd></${Fragment}>`)}</dl>
  </section>`;
}

function Removal({ of }) {
  const [asking, setAsking] = useState(false);
  const action = useAction(async () => {
    await api.delete(`/checkpoints/${of.id}`);
    navigate("/checkpoints");
  });
  const close = () => (setAsking(false), action.clear());
  return html`<${Fragment}>
    <p class="actions datasets-remove" data-needs="admin"><button type="button" class="danger" onClick=${() => setAsking(true)}>Delete this checkpoint</button></p>
    <${Confirm} open=${asking} onClose=${close} title=${`Delete ${of.manifest.name}?`} action="Delete" onConfirm=${action.run} busy=${action.busy}
      problem=${action.problem}>
      <p>Its weights, and what was exported of them, are gone for good. The run and its figures stay.</p>
      ${of.aliases.length > 0 && html`<p>It serves ${of.aliases.join(", ")}. First point ${of.aliases.length === 1 ? "that alias" : "those"} at another checkpoint.</p>`}
      ${action.problem?.status === 409 && of.aliases.length === 0 && html`<p>What uses it comes first: wait for it, or end it on <${Link}
        href="/runs">Runs</${Link}> or <${Link} href="/evaluations">Evaluations</${Link}>.</p>`}
    </${Confirm}>
  </${Fragment}>`;
}
