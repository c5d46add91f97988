// A checkpoint's files. A plain link cannot tell why there is no file: one byte is asked for first.
import { html, useState } from "../../lib/html.js";
import { address, send } from "../../lib/api.js";
import { bytes } from "../../lib/format.js";
import { useAction } from "../../lib/hooks.js";
import { ProblemNotice, save } from "../../lib/ui/basics.js";

const fileName = (name) => name.replace(/[^A-Za-z0-9._-]/g, "-");

export function Downloads({ of }) {
  const [busy, setBusy] = useState(null);
  const name = fileName(of.manifest.name);
  const action = useAction(async (link, ending) => {
    setBusy(ending);
    try {
      await download(link, `${name}.${ending}`);
    } finally {
      setBusy(null);
    }
  });
  const manifest = () => save(new Blob([JSON.stringify(of.manifest, null, 2)], { type: "application/json" }), `${name}.manifest.json`);
  const button = (link, ending, text) => html`<button type="button" disabled=${action.busy}
    onClick=${() => action.run(link, ending)}>${busy === ending ? "Preparing…" : text}</button>`;
  return html`<section class="card" aria-labelledby="checkpoint-files">
    <h2 id="checkpoint-files">Downloads</h2>
    <ul class="checkpoints-files">
      <li>${button(of.links.weights, "safetensors", "Weights")} <span class="soft">safetensors, float32, ${bytes(of.bytes)}</span></li>
      <li>${button(of.links.onnx, "onnx", "ONNX model")} <span class="soft">from image to logits at any size; made when first asked for, which takes seconds</span></li>
      <li><button type="button" onClick=${manifest}>Manifest</button> <span class="soft">JSON; with the weights it can be imported elsewhere</span></li>
    </ul>
    <${ProblemNotice} problem=${action.problem} />
    <p class="hidden" role="status">${busy ? `Preparing the ${busy} file` : ""}</p>
  </section>`;
}

async function download(path, name) {
  await (await send("GET", path, { headers: { Range: "bytes=0-0" } })).body?.cancel();
  const link = document.createElement("a");
  link.href = address(path);
  link.download = name;
  link.click();
}
