// Pictures come from the disk, from the clipboard, or from a data set; each waits in a list with its own fate.
import { html, useEffect, useRef } from "../../lib/html.js";
import { percent, plural } from "../../lib/format.js";
import { DropZone } from "../../lib/ui/files.js";
import { DatasetPicker } from "../../lib/ui/pickers.js";
import { SamplePicker } from "../../lib/ui/samples.js";

export function Inputs({ onFiles, onSample, dataset, sample, onDataset }) {
  const latest = useRef(onFiles);
  latest.current = onFiles;
  useEffect(() => {
    const paste = (e) => {
      const files = Array.from(e.clipboardData?.files ?? []);
      if (files.length > 0) latest.current(files);
    };
    addEventListener("paste", paste);
    return () => removeEventListener("paste", paste);
  }, []);
  return html`<section class="card" aria-label="Pictures">
    <h2>Pictures</h2>
    <${DropZone} label="Photographs" hint="One or several: drop them, choose them, or paste one." multiple onFiles=${onFiles} />
    <div class="segment-samples">
      <${DatasetPicker} label="Or from a data set" value=${dataset} onChange=${onDataset} />
      ${dataset && html`<${SamplePicker} label="Image" dataset=${dataset} value=${sample} onChange=${onSample} />`}
    </div>
  </section>`;
}

const state = (works) => {
  const failed = works.find((w) => w?.state === "failed");
  if (failed) return { kind: "bad", text: failed.problem.code ?? "failed" };
  if (works.every((w) => w?.state === "done")) return { kind: "good", text: "done" };
  const busy = works.find((w) => w?.state === "busy");
  if (!busy) return { kind: "idle", text: "waiting" };
  return { kind: "busy", text: busy.note ?? (busy.progress > 0 && busy.progress < 1 ? `sending, ${percent(busy.progress, 0)}` : "segmenting") };
};

/** The pictures of this visit; one is on show. */
export function QueueList({ queue, checkpoints, current, onShow, onRemove }) {
  const works = (item) => checkpoints.map((c) => queue.workOf(item, c));
  const states = queue.items.map((item) => state(works(item)));
  const count = (kind) => states.filter((s) => s.kind === kind).length;
  const done = count("good");
  const failed = count("bad");
  const ended = `${plural(done, "picture")} segmented${failed > 0 ? `, ${failed} failed` : ""}`;
  const text = done + failed === states.length ? ended : `${plural(states.length, "picture")} in work`; // told at the beginning and at the end only
  return html`<section class="card" aria-label="Queue">
    <h2>Queue</h2>
    <p class="soft" role="status">${text}</p>
    <ul class="segment-queue">
      ${queue.items.map((item, i) => html`<li key=${item.id} class=${item === current ? "current" : ""}>
        <button type="button" class="segment-item" aria-current=${item === current ? "true" : undefined} onClick=${() => onShow(item)}>
          <${Thumb} blob=${item.blob} />
          <span class="segment-name">${item.name}</span>
          <span class=${`status ${states[i].kind}`}>${states[i].text}</span>
        </button>
        <button type="button" class="quiet" aria-label=${`Remove ${item.name}`} onClick=${() => onRemove(item)}>✕</button>
      </li>`)}
    </ul>
  </section>`;
}

let turn = Promise.resolve(); // one at a time: each is a whole picture while it is made small

/** A small bitmap of a picture, made aside from the page's thread; null of what is no picture. */
function shrink(blob) {
  turn = turn.then(() => createImageBitmap(blob, { resizeWidth: 144, resizeQuality: "medium" })).catch(() => null);
  return turn;
}

function Thumb({ blob }) {
  const canvas = useRef(null);
  useEffect(() => {
    if (!blob) return;
    let gone = false;
    shrink(blob).then((bitmap) => {
      if (gone || !bitmap) return;
      canvas.current.width = bitmap.width;
      canvas.current.height = bitmap.height;
      canvas.current.getContext("bitmaprenderer").transferFromImageBitmap(bitmap);
    });
    return () => {
      gone = true;
    };
  }, [blob]);
  return html`<canvas ref=${canvas} width="3" height="2" aria-hidden="true"></canvas>`;
}
