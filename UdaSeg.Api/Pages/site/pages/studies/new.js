// A new study: what all runs share, the arms that differ, and the seeds.
import { api } from "../../lib/api.js";
import { Fragment, html, useEffect, useState } from "../../lib/html.js";
import { plural } from "../../lib/format.js";
import { useAction, useApi, useTitle } from "../../lib/hooks.js";
import { Link, navigate } from "../../lib/router.js";
import { Loaded, ProblemNotice, TextField } from "../../lib/ui/basics.js";
import { Arms } from "./arms.js";
import { Base } from "./base.js";
import { Estimate } from "./estimate.js";

const blank = {
  name: "", source: [], target: "", evaluation: "", allowLeakage: false, labelSpace: "", preset: "", options: {},
  template: "table3", arms: [{ name: "base", options: {} }, { name: "", options: {} }], seeds: "1, 2, 3",
};

/** "1, 2, 3" as numbers; what is no number stays, for the server to refuse. */
export const seedsOf = (text) => text.split(/[\s,;]+/).filter(Boolean).map((s) => (/^-?\d+$/.test(s) ? Number(s) : s));

export function requestOf(form) {
  const { source, target, evaluation, allowLeakage, labelSpace, preset, options } = form;
  return {
    name: form.name.trim(),
    base: { source, target, evaluation, allowLeakage, labelSpace: labelSpace || null, preset: preset || null, options: Object.keys(options).length > 0 ? options : null },
    ...(form.template ? { template: form.template } : { arms: form.arms }),
    seeds: seedsOf(form.seeds),
  };
}

/** A former study as the start of another. */
const formOf = ({ name, base, template, arms, seeds }) => ({
  ...blank,
  name: `${name} again`.slice(0, 100),
  source: base.source,
  target: base.target,
  evaluation: base.evaluation,
  labelSpace: base.labelSpace,
  preset: base.preset,
  options: base.options ?? {},
  template: template ?? "",
  arms: arms.map((a) => ({ name: a.name, options: a.options ?? {} })),
  seeds: seeds.join(", "),
});

export function NewStudy({ from }) {
  useTitle("New study");
  const presets = useApi("/training-presets");
  const templates = useApi("/study-templates");
  const former = useApi(from ? `/studies/${from}` : null);
  const waiting = [presets, templates, from ? former : null].filter((l) => l && l.data === null);
  return html`<${Fragment}>
    <p><${Link} href="/studies">← Studies</${Link}></p>
    <h1>New study</h1>
    <p class="lead">One training run for every arm and seed, all else equal. All are checked before the first is made.</p>
    ${waiting.length > 0 ? html`<${Loaded} of=${waiting.find((l) => l.problem) ?? waiting[0]} what="Loading what can be studied">${() => null}</${Loaded}>`
      : html`<${Form} key=${from ?? "blank"} presets=${presets.data} templates=${templates.data.items}
        start=${former.data ? formOf(former.data) : { ...blank, preset: presets.data.default }} />`}
  </${Fragment}>`;
}

/** What the form cannot be sent without. */
const missingOf = (form, seeds) => [
  !form.name.trim() && "a name",
  form.source.length === 0 && "a source",
  !form.target && "a target",
  !form.evaluation && "an evaluation set",
  seeds.length === 0 && "a seed",
].filter(Boolean);

function Form({ presets, templates, start }) {
  const [form, setForm] = useState(start);
  const set = (name) => (value) => setForm((f) => ({ ...f, [name]: value }));
  const submit = useAction(async () => navigate(`/studies/${(await api.post("/studies", requestOf(form))).id}`));
  const errors = submit.problem?.errors ?? {};
  const template = templates.find((t) => t.id === form.template) ?? null;
  const arms = template ? template.arms : form.arms;
  const seeds = seedsOf(form.seeds);
  const total = arms.length * seeds.length;
  const missing = missingOf(form, seeds);
  useEffect(() => {
    if (submit.problem) document.querySelector("[aria-invalid=true]")?.focus(); // the first fault, however far up it is
  }, [submit.problem]);
  return html`<form class="studies-form" onSubmit=${(e) => (e.preventDefault(), submit.run())}>
    <fieldset><legend><h2>Study</h2></legend>
      <div class="grid">
        <${TextField} label="Name" required maxlength="100" value=${form.name} onChange=${set("name")} error=${errors.name?.join(" ")}
          hint="Its runs are named after it." />
        <${TextField} label="Seeds" required value=${form.seeds} onChange=${set("seeds")} error=${errors.seeds?.join(" ")}
          hint="1 to 16 different whole numbers; each arm is trained under each. Three or more tell how far two runs of one arm lie apart." />
      </div>
    </fieldset>
    <${Base} form=${form} set=${set} presets=${presets} errors=${errors} />
    <${Arms} form=${form} set=${set} setForm=${setForm} presets=${presets} templates=${templates} errors=${errors} />
    <${Estimate} form=${form} arms=${arms} seeds=${seeds} />
    <${ProblemNotice} problem=${submit.problem} />
    <p class="actions">
      <button type="submit" data-needs="trainer"
        class="primary" disabled=${submit.busy || missing.length > 0}>${submit.busy ? "Checking…" : `Submit ${plural(total, "run")}`}</button>
      ${missing.length > 0 && html`<span class="soft">Still needed: ${missing.join(", ")}.</span>`}</p>
  </form>`;
}
