// A checkpoint made elsewhere: its manifest and its weights.
import { html, useEffect, useRef, useState } from "../../lib/html.js";
import { upload } from "../../lib/api.js";
import { bytes } from "../../lib/format.js";
import { useAction, useApi } from "../../lib/hooks.js";
import { navigate } from "../../lib/router.js";
import { ProblemNotice } from "../../lib/ui/basics.js";
import { DropZone } from "../../lib/ui/files.js";
import { Sending, useLeaveGuard } from "../../lib/ui/sending.js";

export function ImportForm({ onClose }) {
  const limits = useApi("/limits");
  const [manifest, setManifest] = useState(null);
  const [weights, setWeights] = useState(null);
  const [sent, setSent] = useState(null);
  const abort = useRef(null);
  const heading = useRef(null);
  useEffect(() => (heading.current?.focus(), () => abort.current?.abort()), []);
  const most = limits.data?.limits.maxWeightsBytes;
  const fault = weights && faultOf(weights, most);
  const action = useAction(async () => {
    abort.current = new AbortController();
    const parts = new FormData();
    parts.append("manifest", manifest.text);
    parts.append("weights", weights, weights.name);
    try {
      navigate(`/checkpoints/${(await upload("/checkpoints", parts, { onProgress: setSent, signal: abort.current.signal })).data.id}`);
    } finally {
      setSent(null);
    }
  });
  useLeaveGuard(action.busy);
  const submit = (e) => (e.preventDefault(), action.run());
  return html`<section class="card" aria-labelledby="import-title">
    <h2 id="import-title" ref=${heading} tabindex="-1">Import a checkpoint</h2>
    <form onSubmit=${submit}>
      <div class="grid">
        <${DropZone} label="Manifest" accept=".json,application/json" hint="As a checkpoint's page gives it for download."
          onFiles=${async ([file]) => setManifest(await read(file))}>
          ${manifest && html`<${ManifestPreview} manifest=${manifest} />`}
        </${DropZone}>
        <${DropZone} label="Weights" accept=".safetensors" onFiles=${([file]) => setWeights(file)}
          hint=${`A safetensors file of float32${most ? `, up to ${bytes(most)}` : ""}.`}>
          ${weights && html`<p><strong>${weights.name}</strong>, ${bytes(weights.size)}</p>`}
          ${fault && html`<p class="hint bad" role="alert">${fault}</p>`}
        </${DropZone}>
      </div>
      <p class="hint">Names, shapes and values are checked against the manifest's architecture, and the digest where it has one.</p>
      <${ProblemNotice} problem=${action.problem} />
      ${sent !== null && html`<${Sending} share=${sent} onCancel=${() => abort.current?.abort()} />`}
      <p class="actions">
        <button type="submit" data-needs="trainer"
          class="primary" disabled=${!manifest?.data || !weights || Boolean(fault) || action.busy}>${action.busy ? "Importing…" : "Import"}</button>
        <button type="button" onClick=${onClose}>Close</button>
      </p>
    </form>
  </section>`;
}

function faultOf(file, most) {
  if (/\.(pth|pt|bin|ckpt|pkl)$/i.test(file.name)) return "This is a pickle, which can run code when it is opened. Save the weights as safetensors.";
  return most && file.size > most ? `The weights have ${bytes(file.size)}; this server takes ${bytes(most)}.` : null;
}

async function read(file) {
  const text = await file.text();
  try {
    return { name: file.name, text, data: JSON.parse(text) };
  } catch (e) {
    return { name: file.name, text, data: null, fault: e.message };
  }
}

function ManifestPreview({ manifest: { name, data, fault } }) {
  if (data === null) return html`<p class="hint bad" role="alert">${name} is no JSON: ${fault}</p>`;
  const classes = data.labelSpace?.classes?.length;
  const about = [data.architecture?.backbone, classes ? `${classes} classes` : typeof data.labelSpace === "string" ? data.labelSpace : null].filter(Boolean).join(", ");
  return html`<p><strong>${data.name ?? name}</strong>${about && `, ${about}`}</p>`;
}
