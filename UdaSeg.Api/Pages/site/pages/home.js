// Where a newcomer starts: the way through, and what this server holds now.
import { Fragment, html } from "../lib/html.js";
import { useApi, useTitle } from "../lib/hooks.js";
import { Loaded, Progress, Status, Time } from "../lib/ui/basics.js";
import { DataTable } from "../lib/ui/table.js";
import { Link } from "../lib/router.js";

const steps = [
  ["/datasets", "Register data sets", "Labelled renders and unlabelled photographs, as folders or archives. Each is checked, and shown."],
  ["/align", "See the alignment", "What the photometric alignment does to one pair of images, scheme by scheme."],
  ["/runs", "Train", "A coarse model, then stages of pseudo-labels. Watch the losses, the thresholds and the labels as they come."],
  ["/evaluations", "Evaluate", "IoU by class, the confusion matrix, the worst images, side by side for several checkpoints."],
  ["/segment", "Segment", "Drop photographs, see classes and confidence, download masks."],
  ["/studies", "Compare", "Arms by seeds, mean and standard deviation; the paper's tables 3 and 4 are ready to run."],
];

const noAlias = "No alias yet: a finished run's checkpoint can be named, and is then served under that name.";

export function Page() {
  useTitle("");
  const runs = useApi("/training-runs", { query: { limit: 5 }, every: 5000 });
  const aliases = useApi("/checkpoint-aliases");
  return html`<${Fragment}>
    <h1>From labelled renders to real streets</h1>
    <p class="lead">UdaSeg adapts a segmentation model from labelled synthetic images to your unlabelled photographs, and serves it.</p>
    <ol class="home-steps">
      ${steps.map(([href, title, text]) => html`<li><${Link} href=${href}><strong>${title}</strong><span>${text}</span></${Link}></li>`)}
    </ol>
    <div class="grid">
      <section class="card">
        <h2>Latest runs</h2>
        <${Loaded} of=${runs}>${(page) => html`<${DataTable} caption="Latest runs" hideCaption rows=${page.items} rowKey=${(r) => r.id} empty="No run yet." columns=${[
          { key: "name", title: "Run", show: (r) => html`<${Link} href=${`/runs/${r.id}`}>${r.name}</${Link}>` },
          { key: "status", title: "Status", show: (r) => html`<${Status} of=${r.status} />` },
          { key: "progress", title: "Progress", show: (r) => html`<${Progress} value=${r.iteration / r.totalIterations} label=${`Progress of ${r.name}`} />` },
        ]} />`}</${Loaded}>
      </section>
      <section class="card">
        <h2>Serving</h2>
        <${Loaded} of=${aliases}>${(list) => html`<${DataTable} caption="Aliases" hideCaption rows=${list.items} rowKey=${(a) => a.name} empty=${noAlias} columns=${[
          { key: "name", title: "Alias" },
          { key: "checkpoint", title: "Checkpoint", show: (a) => html`<${Link} href=${`/checkpoints/${a.checkpoint}`}>${a.checkpoint.slice(-8)}</${Link}>` },
          { key: "updatedAt", title: "Since", show: (a) => html`<${Time} at=${a.updatedAt} />` },
        ]} />`}</${Loaded}>
      </section>
    </div>
  </${Fragment}>`;
}
