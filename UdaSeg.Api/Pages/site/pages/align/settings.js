// What an alignment may be told; options, ranges and defaults are the interface's own.
import { html } from "../../lib/html.js";
import { compact, words } from "../../lib/format.js";
import { Select, Slider } from "../../lib/ui/basics.js";

// What a reader wants to know beyond the name; a scheme that is new here is shown by its name.
const explained = {
  hybrid: "Gamma on lightness, histogram matching on the two colour channels: colours become the reference's, and no band of lightness is torn apart.",
  labGamma: "A gamma curve on all three channels: gentle, but colours stay off.",
  labHistogram: "Histogram matching on all three channels: closest in figures, at the price of banding and noise in flat areas.",
  fourier: "The low frequencies' amplitudes are swapped: layout leaks from the reference, as coarse clouds of light.",
  none: "The source as it is, for comparison.",
};
const names = ["scheme", "beta", "fourierBeta"];
const usesGamma = (scheme) => scheme !== "labHistogram" && scheme !== "fourier" && scheme !== "none";

/** β spans decades: a slider in steps of a twentieth decade, its left end is the smallest value. */
const floor = 1e-4;
const toStep = (value) => (value < floor ? 0 : 1 + Math.round(20 * Math.log10(value / floor)));
const ofStep = (step, min) => (step === 0 ? min : Number((floor * 10 ** ((step - 1) / 20)).toPrecision(3)));

/** The query's values over the interface's defaults: `{scheme, beta, fourierBeta}`. */
export function settingsOf(query, parameters) {
  const number = (name) => {
    const { minimum, maximum, default: usual } = parameters[name];
    const value = Number(query.get(name) ?? usual);
    return Number.isFinite(value) ? Math.min(maximum, Math.max(minimum, value)) : usual;
  };
  const scheme = query.get("scheme");
  return { scheme: parameters.scheme.enum.includes(scheme) ? scheme : parameters.scheme.default, beta: number("beta"), fourierBeta: number("fourierBeta") };
}

export function Settings({ parameters, settings, set }) {
  const { scheme, beta, fourierBeta } = parameters;
  const changed = names.some((name) => settings[name] !== parameters[name].default);
  return html`<section class="card" aria-label="Settings">
    <h2>Settings</h2>
    <${Select} label="Scheme" hint=${explained[settings.scheme]} value=${settings.scheme} options=${scheme.enum.map((s) => [s, words(s)])}
      onChange=${(v) => set("scheme", v)} />
    ${usesGamma(settings.scheme) && html`<${Slider} label="β, weight of γ = 1" hint=${beta.description} value=${toStep(settings.beta)}
      min=${0} max=${toStep(beta.maximum)} step=${1} show=${() => compact(settings.beta)} onChange=${(step) => set("beta", ofStep(step, beta.minimum))} />`}
    ${settings.scheme === "fourier" && html`<${Slider} label="Half-width of the window" hint=${fourierBeta.description} value=${settings.fourierBeta}
      min=${fourierBeta.minimum} max=${fourierBeta.maximum} step=${0.005} show=${compact} onChange=${(v) => set("fourierBeta", v)} />`}
    ${changed && html`<button type="button" onClick=${() => names.forEach((name) => set(name, parameters[name].default))}>Back to the defaults</button>`}
  </section>`;
}
