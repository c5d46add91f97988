// One image of the source under its alignment, to be looked at.
import { html, useEffect, useState } from "../../lib/html.js";
import { api, upload } from "../../lib/api.js";
import { number, percent } from "../../lib/format.js";
import { useAction, useObjectUrl } from "../../lib/hooks.js";
import { blobOf } from "../../lib/labels.js";
import { ApiImage, Loading, ProblemNotice } from "../../lib/ui/basics.js";
import { CompareSlider } from "../../lib/ui/files.js";

const path = (set, name) => `/datasets/${set}/samples/${encodeURIComponent(name)}/image`;

const captionOf = ({ name, gamma, meanLightness, clippedShare }) =>
  `${name}: γ ${number(gamma)}, mean L* ${number(meanLightness.source, 1)} to ${number(meanLightness.aligned, 1)}, ${percent(clippedShare)} of its pixels clipped`;

/** @param {{gap: object}} props an answer of /domain-gaps: its pair and settings are taken. */
export function AlignedExample({ gap }) {
  const [turn, setTurn] = useState(0);
  const [names, setNames] = useState(null);
  const [shown, setShown] = useState(null);
  const action = useAction(async (at) => {
    const list = names ?? (await api.get(`/datasets/${gap.source}/samples`)).items.map((s) => s.name);
    setNames(list);
    const name = list[at % list.length];
    const before = await api.blob(path(gap.source, name));
    const parts = new FormData();
    parts.append("source", before, "source");
    parts.append("referenceDataset", gap.target);
    parts.append("seed", String(gap.seed + at)); // another image, another reference
    const query = { scheme: gap.scheme, beta: gap.beta, fourierBeta: gap.fourierBeta };
    const { data } = await upload("/alignments", parts, { query });
    setShown({ name, before, after: blobOf(data.image.data, data.image.mediaType), ...data });
  });
  useEffect(() => void action.run(turn), [turn]);
  const before = useObjectUrl(shown?.before);
  const after = useObjectUrl(shown?.after);
  return html`<section class="card" aria-labelledby="gap-example">
    <h3 id="gap-example">One image, before and after</h3>
    <${ProblemNotice} problem=${action.problem} retry=${() => action.run(turn)} />
    ${!shown && action.busy && html`<${Loading} what="Aligning an image" />`}
    ${before && after && html`<div class="datasets-example">
      <${CompareSlider} before=${before} after=${after} beforeLabel="As it is" afterLabel="Aligned" alt=${shown.name}>
        ${captionOf(shown)}
      </${CompareSlider}>
      <figure>
        <${ApiImage} path=${path(gap.target, shown.referenceSample)} alt=${`Reference ${shown.referenceSample}`} />
        <figcaption class="datasets-caption">Its reference, ${shown.referenceSample}, mean L* ${number(shown.meanLightness.reference, 1)}</figcaption>
      </figure>
    </div>`}
    ${names?.length > 1 && html`<p class="actions"><button type="button" disabled=${action.busy} onClick=${() => setTurn(turn + 1)}>Another image</button></p>`}
  </section>`;
}
