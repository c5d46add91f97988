// Cancelling asks first: what is under way is lost, or kept up to a checkpoint.
import { api } from "../../lib/api.js";
import { Fragment, html, useRef, useState } from "../../lib/html.js";
import { useAction } from "../../lib/hooks.js";
import { plural } from "../../lib/format.js";
import { ProblemNotice } from "../../lib/ui/basics.js";
import { isRunOpen } from "./figures.js";

export function CancelStudy({ study, onDone }) {
  const dialog = useRef(null);
  const [mode, setMode] = useState("checkpoint");
  const open = study.arms.flatMap((a) => a.runs).filter(isRunOpen).length;
  const cancel = useAction(async () => {
    await api.post(`/studies/${study.id}/cancel`, { mode });
    dialog.current?.close();
    onDone();
  });
  const choice = (value, title, text) => html`<label><input type="radio" name="mode" checked=${mode === value}
    onChange=${() => setMode(value)} /> <span><strong>${title}</strong><span class="hint">${text}</span></span></label>`;
  return html`<${Fragment}>
    <button type="button" data-needs="trainer" class="danger" onClick=${() => dialog.current.showModal()}>Cancel study</button>
    <dialog ref=${dialog} aria-labelledby="studies-cancel">
      <h2 id="studies-cancel">Cancel ${plural(open, "run")}?</h2>
      <p>Runs that have ended keep their figures. Each cancelled run can be resumed alone.</p>
      <div class="studies-kinds" role="radiogroup" aria-label="How">
        ${choice("checkpoint", "After a checkpoint", "The run that trains saves where it is first.")}
        ${choice("now", "At once", "It goes back to its last checkpoint when resumed.")}
      </div>
      <${ProblemNotice} problem=${cancel.problem} />
      <p class="actions"><button type="button" class="danger" disabled=${cancel.busy}
        onClick=${cancel.run}>${cancel.busy ? "Cancelling…" : "Cancel the study"}</button> <button type="button"
        onClick=${() => dialog.current.close()}>Keep it running</button></p>
    </dialog>
  </${Fragment}>`;
}
