// A folder of the server, or a zip from here, becomes a data set. What is typed stays when the server refuses.
import { html, useEffect, useRef, useState } from "../../lib/html.js";
import { api, upload } from "../../lib/api.js";
import { bytes, integer, words } from "../../lib/format.js";
import { useAction, useApi } from "../../lib/hooks.js";
import { navigate } from "../../lib/router.js";
import { useSchema } from "../../lib/schema.js";
import { Checkbox, Loaded, ProblemNotice, Select, TextField } from "../../lib/ui/basics.js";
import { DropZone } from "../../lib/ui/files.js";
import { Sending, useLeaveGuard } from "../../lib/ui/sending.js";
import { MappingEditor, mappingOf } from "./mapping.js";

const layouts = {
  folder: "Two sub-folders, images and labels, paired by file name without its ending.",
  cityscapes: "As Cityscapes is distributed: leftImg8bit/<split>/<city> and gtFine/<split>/<city>, label ids from _gtFine_labelIds.",
  gta5: "As GTA5 is distributed: images and labels, palette PNGs; samples whose label differs in size are left out.",
  synthia: "As SYNTHIA-RAND-CITYSCAPES is distributed: RGB and GT/LABELS, 16-bit label files.",
};

const blank = { name: "", domain: "", layout: "folder", path: "", split: "", labelSpace: "", images: "", labels: "", unlabelled: false, kind: "", values: {} };

/** @param {{kind: "folder" | "zip"}} props */
export function RegisterForm({ kind, spaces, onClose }) {
  const schema = useSchema();
  const heading = useRef(null);
  useEffect(() => heading.current?.focus(), []);
  return html`<section class="card" aria-labelledby="register-title">
    <h2 id="register-title" ref=${heading} tabindex="-1">${kind === "zip" ? "Upload a zip" : "Register a folder"}</h2>
    <${Loaded} of=${schema}>${(s) => html`<${Loaded} of=${spaces}>${(list) => html`<${Form} kind=${kind} schema=${s} spaces=${list.items}
      onClose=${onClose} />`}</${Loaded}>`}</${Loaded}>
  </section>`;
}

function Form({ kind, schema, spaces, onClose }) {
  const [form, setForm] = useState({ ...blank, layout: schema.fallback("CreateDataset", "layout") ?? "folder", labelSpace: spaces[0]?.id ?? "" });
  const [archive, setArchive] = useState(null);
  const [sent, setSent] = useState(null);
  const abort = useRef(null);
  const limits = useApi(kind === "zip" ? "/limits" : null);
  const set = (field) => (value) => setForm((f) => ({ ...f, [field]: value }));
  const space = spaces.find((s) => s.id === form.labelSpace);
  const action = useAction(async () => {
    const body = bodyOf(form, kind, mappingOf(form, space));
    if (kind === "folder") return navigate(`/datasets/${(await api.post("/datasets", body)).id}`);
    abort.current = new AbortController();
    const parts = new FormData();
    parts.append("manifest", JSON.stringify(body));
    parts.append("archive", archive, archive.name);
    try {
      navigate(`/datasets/${(await upload("/datasets", parts, { onProgress: setSent, signal: abort.current.signal })).data.id}`);
    } finally {
      setSent(null);
    }
  });
  useLeaveGuard(action.busy && kind === "zip");
  useEffect(() => () => abort.current?.abort(), []);
  const error = (field) => action.problem?.errors?.[field]?.join(" ");
  const tooLarge = archive && limits.data && archive.size > limits.data.limits.maxArchiveBytes;
  const take = (file) => {
    setArchive(file);
    setForm((f) => ({ ...f, name: f.name || file.name.replace(/\.zip$/i, "") }));
  };
  const submit = (e) => (e.preventDefault(), action.run());
  const text = (field, label, rest = {}) => html`<${TextField} label=${label} value=${form[field]} onChange=${set(field)} error=${error(field)}
    hint=${schema.text("CreateDataset", field)} ...${rest} />`;
  const folder = form.layout === "folder";
  return html`<form onSubmit=${submit}>
    ${kind === "zip" && html`<${ArchiveField} archive=${archive} onFile=${take} limits=${limits.data?.limits} tooLarge=${tooLarge} />`}
    <div class="grid narrow datasets-form">
      ${text("name", "Name", { required: true, autocomplete: "off" })}
      <${Select} label="Domain" value=${form.domain} onChange=${set("domain")} error=${error("domain")} empty="Choose" hint=${schema.text("CreateDataset", "domain")}
        options=${schema.values("CreateDataset", "domain").map((d) => [d, words(d)])} />
      <${Select} label="Layout" value=${form.layout} onChange=${set("layout")} error=${error("layout")}
        hint=${layouts[form.layout] ?? schema.text("CreateDataset", "layout")}
        options=${schema.values("CreateDataset", "layout").map((l) => [l, words(l)])} />
      ${kind === "zip" ? text("path", "Folder in the archive (optional)", { hint: "Without it the folders are looked for at the top, and else in the sole top folder." })
        : text("path", "Path", { required: true, autocomplete: "off" })}
      ${text("split", "Split (optional)")}
      <${Select} label="Label space" value=${form.labelSpace} onChange=${set("labelSpace")} error=${error("labelSpace")}
        hint="The classes that its labels tell apart; a new one is made on this page."
        options=${spaces.map((s) => [s.id, `${s.name} (${s.count})`])} />
      ${folder && text("images", "Images' sub-folder (optional)", { placeholder: "images" })}
      ${folder && !unlabelled(form) && text("labels", "Labels' sub-folder (optional)", { placeholder: "labels", hint: "Paired with the images by file name." })}
    </div>
    ${form.domain !== "source" && html`<${Checkbox} label="Without labels" checked=${form.unlabelled} onChange=${set("unlabelled")}
      hint="Training needs none of a target; evaluating on it does." />`}
    ${!unlabelled(form) && space && html`<${MappingEditor} form=${form} onChange=${(change) => setForm((f) => ({ ...f, ...change }))} space=${space}
      schema=${schema} error=${error("mapping.values") ?? error("mapping.kind")} />`}
    <${ProblemNotice} problem=${action.problem} />
    ${sent !== null && html`<${Sending} share=${sent} onCancel=${() => abort.current?.abort()} />`}
    <p class="actions">
      <button type="submit" data-needs="trainer"
        class="primary" disabled=${action.busy || !form.domain || (kind === "zip" && (!archive || tooLarge))}>${label(kind, action.busy)}</button>
      <button type="button" onClick=${onClose}>Close</button>
    </p>
  </form>`;
}

const label = (kind, busy) => (kind === "zip" ? (busy ? "Uploading…" : "Upload and check") : busy ? "Registering…" : "Register and check");
const unlabelled = (form) => form.unlabelled && form.domain !== "source";

function bodyOf(form, kind, mapping) {
  const folder = form.layout === "folder";
  const given = (text) => (text.trim() === "" ? undefined : text.trim());
  return {
    name: form.name,
    domain: form.domain,
    layout: form.layout,
    path: kind === "zip" ? given(form.path) : form.path.trim(),
    split: given(form.split),
    labelSpace: form.labelSpace,
    images: folder ? given(form.images) : undefined,
    labels: unlabelled(form) ? null : folder ? given(form.labels) : undefined,
    mapping: unlabelled(form) ? undefined : mapping,
  };
}

const hintOf = (l) => `Up to ${bytes(l.maxArchiveBytes)}, ${integer(l.maxArchiveEntries)} files and folders, ${bytes(l.maxArchiveUnpackedBytes)} unpacked. `
  + "Files stored or deflated, not encrypted.";

const ArchiveField = ({ archive, onFile, limits, tooLarge }) => html`<div class="field">
  <${DropZone} label="Zip archive" accept=".zip,application/zip" onFiles=${([file]) => onFile(file)}
    hint=${limits && hintOf(limits)}>
    ${archive && html`<p><strong>${archive.name}</strong>, ${bytes(archive.size)}</p>`}
  </${DropZone}>
  ${tooLarge && html`<p class="hint bad" role="alert">The archive has ${bytes(archive.size)}; this server takes ${bytes(limits.maxArchiveBytes)}.</p>`}
</div>`;
