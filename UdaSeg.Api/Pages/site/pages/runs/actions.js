// What can be done with a run; ending one asks first.
import { api } from "../../lib/api.js";
import { html, useEffect, useRef, useState } from "../../lib/html.js";
import { useAction } from "../../lib/hooks.js";
import { ProblemNotice } from "../../lib/ui/basics.js";
import { Link } from "../../lib/router.js";
import { integer } from "../../lib/format.js";
import { stageName } from "./state.js";

const cancellable = ["queued", "running", "interrupted", "cancelling"];
const resumable = ["failed", "cancelled"];

export function Actions({ run, reload }) {
  const [asking, setAsking] = useState(false);
  const resume = useAction(async () => {
    await api.post(`/training-runs/${run.id}/resume`);
    reload();
  });
  const from = run.saved ? `stage ${stageName(run.saved.stage)}, iteration ${integer(run.saved.iteration)}` : "the beginning";
  return html`<div>
    <p class="actions runs-actions">
      ${resumable.includes(run.status) && html`<button type="button" data-needs="trainer"
        class="primary" disabled=${resume.busy} onClick=${resume.run}>Resume from ${from}</button>`}
      ${cancellable.includes(run.status) && html`<button type="button" data-needs="trainer" class="danger" onClick=${() => setAsking(true)}>
        ${run.status === "cancelling" ? "End it now" : "Cancel"}</button>`}
      <${Link} href=${`/runs/${run.id}?branch`} class="button" data-needs="trainer">Branch</${Link}>
      <${Link} href=${`/runs?new=1&from=${run.id}`} class="button" data-needs="trainer">Use as template</${Link}>
      <${Link} href=${`/runs?compare=${run.parent ? `${run.parent.run},${run.id}` : run.id}`} class="button">Compare</${Link}>
    </p>
    <${ProblemNotice} problem=${resume.problem} />
    ${asking && html`<${CancelDialog} run=${run} reload=${reload} onClose=${() => setAsking(false)} />`}
  </div>`;
}

function CancelDialog({ run, reload, onClose }) {
  const dialog = useRef(null);
  const cancel = useAction(async (mode) => {
    await api.post(`/training-runs/${run.id}/cancel`, { mode });
    reload();
    onClose();
  });
  useEffect(() => dialog.current?.showModal(), []);
  const waits = run.status === "queued" || run.status === "interrupted";
  const lost = run.saved ? `what was done since iteration ${integer(run.saved.iteration)} is lost` : "everything so far is lost, as nothing was saved yet";
  return html`<dialog ref=${dialog} onClose=${onClose} aria-labelledby="cancel-title">
    <h2 id="cancel-title">Cancel “${run.name}”?</h2>
    <p>${waits ? "It is waiting and will not start. It can be resumed later." : "A cancelled run can be resumed from its last checkpoint."}</p>
    <${ProblemNotice} problem=${cancel.problem} />
    <div class="runs-choices">
      ${run.status !== "cancelling" && html`<button type="button" class="primary" disabled=${cancel.busy} onClick=${() => cancel.run("checkpoint")}>
        ${waits ? "Cancel it" : "Write a checkpoint, then stop"}</button>`}
      ${!waits && html`<button type="button" class="danger" disabled=${cancel.busy} onClick=${() => cancel.run("now")}>Stop now: ${lost}</button>`}
      <button type="button" onClick=${onClose}>Let it go on</button>
    </div>
  </dialog>`;
}
