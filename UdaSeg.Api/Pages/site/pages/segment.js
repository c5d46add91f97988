// Photographs in, masks out: look at them, compare checkpoints, take them away.
import { Fragment, html, useEffect, useState } from "../lib/html.js";
import { useAll, useApi, useTitle } from "../lib/hooks.js";
import { Link, useQueryState } from "../lib/router.js";
import { Empty, Loaded } from "../lib/ui/basics.js";
import { CheckpointPicker } from "../lib/ui/pickers.js";
import { Inputs, QueueList } from "./segment/inputs.js";
import { useQueue } from "./segment/queue.js";
import { Viewer, plainDisplay } from "./segment/viewer.js";

export function Page() {
  useTitle("Segment");
  const checkpoints = useAll("/checkpoints");
  return html`<${Fragment}>
    <h1>Segment</h1>
    <p class="lead">What a checkpoint sees in your photographs: a class and its confidence for every pixel.</p>
    <${Loaded} of=${checkpoints} what="Looking for checkpoints">
      ${(list) => (list.length > 0 ? html`<${Bench} checkpoints=${list} />` : html`<${NoCheckpoint} />`)}
    </${Loaded}>
  </${Fragment}>`;
}

const NoCheckpoint = () => html`<${Empty} title="This server has no checkpoint yet">
  <p><${Link} href="/runs">Train one</${Link}>: each stage of a run leaves a checkpoint. Or <${Link} href="/checkpoints">import one</${Link}> from another server.</p>
</${Empty}>`;

/** A name short enough to stand at a picture. */
function nameOf(value, checkpoints) {
  const found = checkpoints.find((c) => c.id === value);
  if (!found) return value;
  return `${found.manifest.name}${found.stage === null || found.manifest.name.includes("stage") ? "" : ` · stage ${found.stage}`}`;
}

function Bench({ checkpoints }) {
  const aliases = useApi("/checkpoint-aliases");
  const [wished, setCheckpoint] = useQueryState("checkpoint");
  const [other, setOther] = useQueryState("compare");
  const [view, setView] = useQueryState("view");
  const [dataset, setDataset] = useQueryState("dataset");
  const [sample, setSample] = useQueryState("sample");
  const [current, setCurrent] = useState(null);
  const [display, setDisplay] = useState(plainDisplay);
  const named = (aliases.data?.items ?? []).map((a) => a.name);
  const checkpoint = wished || (aliases.loading ? "" : named.includes("default") ? "default" : (named[0] ?? checkpoints[0].id));
  const chosen = other ? [checkpoint, other] : [checkpoint];
  const queue = useQueue(chosen, current);

  const show = (item) => {
    setCurrent(item);
    if (item?.dataset) setDataset(item.dataset);
    setSample(item?.sample ?? "");
  };
  const addFiles = (files) => {
    const made = queue.add(files.map((blob) => ({ name: blob.name || "pasted picture", blob })));
    show(made[0]);
  };
  const addSample = (name) => show(queue.add([{ name, dataset, sample: name }])[0]);
  const remove = (item) => {
    const at = queue.items.indexOf(item);
    const rest = queue.items.filter((i) => i !== item);
    queue.remove(item);
    if (item === current) show(rest[Math.min(at, rest.length - 1)] ?? null);
  };
  useEffect(() => {
    if (dataset && sample) addSample(sample); // an address that names a picture shows it
  }, []);

  return html`<div class="split">
    <div>
      <section class="card" aria-label="Checkpoints">
        <h2>Checkpoint</h2>
        <${CheckpointPicker} label="Segment by" value=${checkpoint} onChange=${setCheckpoint} />
        <${CheckpointPicker} label="Compare with" value=${other} onChange=${setOther} empty="Nothing" />
      </section>
      <${Inputs} onFiles=${addFiles} onSample=${addSample} dataset=${dataset} sample=${current?.dataset === dataset ? (current?.sample ?? "") : ""}
        onDataset=${(id) => (setDataset(id), setSample(""))} />
      ${queue.items.length > 0 && html`<${QueueList} queue=${queue} checkpoints=${chosen} current=${current} onShow=${show} onRemove=${remove} />`}
    </div>
    <div>
      ${current && checkpoint
        ? html`<${Viewer} key=${current.id} item=${current} works=${chosen.map((c) => queue.workOf(current, c))}
            names=${chosen.map((c) => nameOf(c, checkpoints))} view=${view} setView=${setView}
            display=${display} setDisplay=${(change) => setDisplay((d) => ({ ...d, ...change }))} onRetry=${(i) => queue.retry(current, chosen[i])} />`
        : html`<${Empty} title="No picture yet"><p>Drop photographs, or choose a data set and one of its images.</p></${Empty}>`}
    </div>
  </div>`;
}
