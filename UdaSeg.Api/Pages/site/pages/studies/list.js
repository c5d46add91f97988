// Every study of this server, newest first.
import { api } from "../../lib/api.js";
import { Fragment, html, useRef } from "../../lib/html.js";
import { useLoaded, useTitle } from "../../lib/hooks.js";
import { plural } from "../../lib/format.js";
import { Link } from "../../lib/router.js";
import { Empty, Loaded, Progress, Status, Time } from "../../lib/ui/basics.js";
import { DataTable } from "../../lib/ui/table.js";
import { bestArm, isOpen, spreadText } from "./figures.js";

const step = 25;

export function List() {
  useTitle("Studies");
  const count = useRef(step);
  const ask = (signal) => api.all("/studies", { max: count.current, query: { limit: count.current }, signal });
  const list = useLoaded(ask, [], { every: (items) => (items.some(isOpen) ? 5000 : 20000) });
  const more = () => {
    count.current = Math.min(500, count.current + step);
    list.reload();
  };
  return html`<${Fragment}>
    <h1>Studies</h1>
    <p class="lead">What does each part bring? A study trains every arm under every seed, all else equal, and tells mean and standard deviation of the mIoU.
      The paper's tables are ready to run.</p>
    <p class="actions judge-first" data-needs="trainer"><${Link} class="button primary" href="/studies?new=1">New study</${Link}></p>
    <${Loaded} of=${list} what="Loading studies">${(items) => (items.length === 0
      ? html`<${Empty} title="No study yet"><p>Compare the parts of the method on your data sets, or options of your own.</p>
        <p><${Link} href="/studies?new=1">New study</${Link}></p></${Empty}>`
      : html`<${Fragment}>
        <${DataTable} caption="Studies" hideCaption sortable rows=${items} rowKey=${(s) => s.id} columns=${columns} />
        ${items.length >= count.current && html`<p class="actions"><button type="button" onClick=${more}>Show older ones</button></p>`}
      </${Fragment}>`)}</${Loaded}>
  </${Fragment}>`;
}

function Best({ study }) {
  const arm = bestArm(study);
  return arm ? html`<span class="judge-line">${spreadText(arm.miou)} %</span> <span class="soft">${arm.name}</span>` : "–";
}

const Ended = ({ study }) => html`<span class="studies-ended">
  <${Progress} value=${study.runsEnded / study.runsTotal} label=${`Runs ended of ${study.name}`} />
  <span class="soft">${study.runsEnded} of ${study.runsTotal}</span>
</span>`;

const columns = [
  { key: "name", title: "Study", show: (s) => html`<${Link} href=${`/studies/${s.id}`}>${s.name}</${Link}>` },
  { key: "size", title: "Arms × seeds", value: (s) => s.runsTotal, show: (s) => html`
    <span class="judge-line">${plural(s.arms.length, "arm")} × ${plural(s.seeds.length, "seed")}</span>` },
  { key: "status", title: "Status", show: (s) => html`<${Status} of=${s.status} />` },
  { key: "runsEnded", title: "Runs ended", value: (s) => s.runsEnded / s.runsTotal, show: (s) => html`<${Ended} study=${s} />` },
  { key: "best", title: "Best arm so far", value: (s) => bestArm(s)?.miou.mean ?? null, show: (s) => html`<${Best} study=${s} />` },
  { key: "createdAt", title: "When", show: (s) => html`<${Time} at=${s.createdAt} />` },
];
