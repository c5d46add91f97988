// Names that serve: what answers under each now, and pointing one at another checkpoint.
import { Fragment, html, useState } from "../../lib/html.js";
import { api } from "../../lib/api.js";
import { percent, shortId } from "../../lib/format.js";
import { useAction, useAll } from "../../lib/hooks.js";
import { Link } from "../../lib/router.js";
import { Empty, Loaded, Notice, ProblemNotice, TextField, Time } from "../../lib/ui/basics.js";
import { Confirm } from "../../lib/ui/dialog.js";
import { CheckpointPicker, checkpointLabel } from "../../lib/ui/pickers.js";

/** @param {{checkpoints: object}} props a result of useAll; asked again when an alias moves. */
export function Serving({ checkpoints }) {
  const aliases = useAll("/checkpoint-aliases", { every: 5000 });
  const [editing, setEditing] = useState(null); // the alias that is pointed anew; "" is a new one
  const of = (id) => (checkpoints.data ?? []).find((c) => c.id === id);
  const moved = () => (aliases.reload(), checkpoints.reload());
  return html`<section aria-labelledby="checkpoints-serving">
    <h2 id="checkpoints-serving">Serving now</h2>
    <${Loaded} of=${aliases}>${(list) => html`<${Fragment}>
      ${list.length === 0 && html`<${Empty} title="No alias yet.">
        <p>Requests without a name ask for the alias <code>default</code>: give it to a checkpoint.</p>
      </${Empty}>`}
      <ul class="checkpoints-aliases">
        ${list.map((a) => html`<li key=${a.name} class="card">
          <h3>${a.name}</h3>
          <p><${Link} href=${`/checkpoints/${a.checkpoint}`}>${of(a.checkpoint)?.manifest.name ?? shortId(a.checkpoint)}</${Link}>
            ${of(a.checkpoint)?.manifest.metrics.miou !== undefined && html` <span class="soft">mean IoU ${percent(of(a.checkpoint).manifest.metrics.miou)}</span>`}</p>
          <p class="soft">since <${Time} at=${a.updatedAt} /></p>
          <p class="actions"><button type="button" onClick=${() => setEditing(editing === a.name ? null : a.name)}
            aria-expanded=${editing === a.name ? "true" : "false"} aria-label=${`Replace what ${a.name} serves`}>Replace</button>
            <${Link} class="button" href=${`/segment?checkpoint=${encodeURIComponent(a.name)}`} aria-label=${`Segment with ${a.name}`}>Segment</${Link}></p>
        </li>`)}
      </ul>
      ${editing !== null ? html`<div class="card"><${AliasForm} key=${editing} name=${editing} aliases=${list} checkpoints=${checkpoints.data ?? []}
        onMoved=${moved} onClose=${() => setEditing(null)} /></div>`
        : html`<p class="actions datasets-add"><button type="button" onClick=${() => setEditing("")}>New alias</button></p>`}
    </${Fragment}>`}</${Loaded}>
  </section>`;
}

/** Either the alias or the checkpoint may be given from outside; the other is chosen here. */
export function AliasForm({ name: givenName = "", checkpoint: given = null, aliases, checkpoints, onMoved, onClose }) {
  const [name, setName] = useState(givenName);
  const [chosen, setChosen] = useState(given?.id ?? "");
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState(null);
  const old = aliases.find((a) => a.name === name);
  const label = (id) => {
    const c = given?.id === id ? given : checkpoints.find((k) => k.id === id);
    return c ? checkpointLabel(c) : shortId(id);
  };
  const action = useAction(async () => {
    setDone(null);
    setAsking(false);
    const alias = await api.put(`/checkpoint-aliases/${encodeURIComponent(name)}`, { checkpoint: chosen });
    setDone(alias);
    onMoved();
  });
  const submit = (e) => (e.preventDefault(), old && old.checkpoint !== chosen ? setAsking(true) : action.run());
  return html`<form onSubmit=${submit}>
    <h3>${givenName ? `What ${givenName} serves` : given ? "Serve it under a name" : "New alias"}</h3>
    <div class="grid narrow datasets-form">
      ${!givenName && html`<${TextField} label="Alias" value=${name} onChange=${setName} required autocomplete="off" list="checkpoints-names"
        error=${action.problem?.errors?.name?.join(" ")}
        hint="Small letters, digits and hyphens. Requests that name no checkpoint ask for default." />
        <datalist id="checkpoints-names">${aliases.map((a) => html`<option value=${a.name}></option>`)}</datalist>`}
      ${!given && html`<${CheckpointPicker} label="Checkpoint" value=${chosen} onChange=${setChosen} aliases=${false} />`}
    </div>
    <p class="hint">The checkpoint is loaded first. Only when that works the name passes over to it, from one request to the next; else the old one goes on serving.</p>
    <${ProblemNotice} problem=${action.problem} />
    ${done && html`<${Notice} kind="good" title=${`${done.name} serves ${label(done.checkpoint)}.`} />`}
    <p class="actions">
      <button type="submit" data-needs="admin"
        class="primary" disabled=${!name || !chosen || action.busy}>${action.busy ? "Loading the checkpoint…" : old ? "Replace" : "Serve"}</button>
      ${onClose && html`<button type="button" onClick=${onClose}>Close</button>`}
    </p>
    <${Confirm} open=${asking} onClose=${() => setAsking(false)} title=${`Replace what ${name} serves?`} action="Replace" onConfirm=${action.run} danger=${false}>
      <p>Now: ${old && label(old.checkpoint)}.</p><p>Then: ${label(chosen)}.</p>
      <p class="soft">Everybody who asks for ${name} is answered by the new one as soon as it is loaded.</p>
    </${Confirm}>
  </form>`;
}
