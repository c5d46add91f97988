// Where a picture comes from: the reader's disk, or a data set of the server.
import { html, useId } from "../../lib/html.js";
import { useBlobUrl, useObjectUrl } from "../../lib/hooks.js";
import { bytes } from "../../lib/format.js";
import { TextField } from "../../lib/ui/basics.js";
import { DropZone } from "../../lib/ui/files.js";
import { DatasetPicker } from "../../lib/ui/pickers.js";
import { SamplePicker, sampleImage } from "../../lib/ui/samples.js";

/** The address of a picture, whatever it is; of a draw the sample that the server drew, once known. */
export function usePictureUrl(picture, drawn) {
  const sample = picture?.sample || drawn;
  const local = useObjectUrl(picture?.file ?? null);
  const { url } = useBlobUrl(picture?.dataset && sample ? sampleImage(picture.dataset, sample) : null);
  return picture?.file ? local : url;
}

const draw = "\u0000draw"; // no sample can be called so

/**
 * @param {{title: string, hint: string, picture: import("./request.js").Picture, onChange: (p) => void, draws?: boolean, limit?: number}} props
 * `limit`: bytes of one request, told before it is sent.
 */
export function PictureInput({ title, hint, picture, onChange, draws = false, limit }) {
  const kind = picture?.dataset !== undefined ? "dataset" : "file";
  const name = useId();
  const url = usePictureUrl(picture?.file ? picture : null);
  const choice = (value, text, next) => html`<label class="align-choice">
    <input type="radio" name=${name} checked=${kind === value} onChange=${() => onChange(next)} />${text}
  </label>`;
  const tooLarge = picture?.file && limit && picture.file.size > limit;
  return html`<section class="card" aria-label=${title}>
    <h2>${title}</h2>
    <p class="hint">${hint}</p>
    <div class="align-kinds" role="radiogroup" aria-label=${`${title} from`}>
      ${choice("file", "A file", {})} ${choice("dataset", "A data set", { dataset: "" })}
    </div>
    ${kind === "file"
      ? html`<${DropZone} label=${`${title} image`} hint="PNG, JPEG or WebP; drop it here." onFiles=${([file]) => onChange({ file })}>
          ${picture?.file && url && html`<img src=${url} alt=${`The ${title.toLowerCase()}: ${picture.file.name}`} />`}
          ${picture?.file && html`<p class="hint">${picture.file.name}, ${bytes(picture.file.size)}</p>`}
        </${DropZone}>
        ${tooLarge && html`<p class="hint bad" role="alert">This file has ${bytes(picture.file.size)}; the server takes ${bytes(limit)} (body-too-large).</p>`}`
      : html`<${FromDataset} title=${title} picture=${picture} onChange=${onChange} draws=${draws} />`}
  </section>`;
}

function FromDataset({ title, picture, onChange, draws }) {
  const drawn = draws && !picture.sample;
  const drawBy = (seed) => onChange({ dataset: picture.dataset, seed });
  const pick = (sample) => (sample === draw ? drawBy("0") : onChange({ dataset: picture.dataset, sample }));
  return html`<div>
    <${DatasetPicker} label=${`${title}'s data set`} value=${picture.dataset} onChange=${(dataset) => onChange(draws ? { dataset, seed: "0" } : { dataset })} />
    ${picture.dataset && drawn && html`<div class="align-seed">
      <${TextField} label="Seed" inputmode="numeric" value=${picture.seed ?? ""} onChange=${(seed) => drawBy(seed.trim())} />
      <button type="button" onClick=${() => drawBy(String(Math.floor(Math.random() * 1e6)))}>Draw another</button>
    </div>`}
    ${picture.dataset && html`<${SamplePicker} label=${`${title}'s image`} dataset=${picture.dataset} value=${picture.sample || (drawn ? draw : "")}
      extra=${draws ? [[draw, "draw one"]] : []} onChange=${pick} />`}
  </div>`;
}
