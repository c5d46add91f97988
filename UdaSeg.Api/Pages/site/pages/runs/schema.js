// Training options as the presets describe them: paths, values, differences.
import { compact, words } from "../../lib/format.js";
import { merge } from "../studies/figures.js";

/** The value under "a.b" of a plan; undefined where there is none. */
export const at = (plan, path) => path.split(".").reduce((value, part) => value?.[part], plan);

/** A copy of `tree` with `value` under "a.b". */
export function put(tree, path, value) {
  const [first, ...rest] = path.split(".");
  return { ...tree, [first]: rest.length > 0 ? put(tree?.[first] ?? {}, rest.join("."), value) : value };
}

export const same = (a, b) => {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => same(a[key], b[key]));
};

/** The paths in which two plans differ, in the order of the options. */
export const differences = (options, one, other) => options.map((o) => o.path).filter((path) => !same(at(one, path), at(other, path)));

/** Of a flat `{path: value}`, the tree that the interface takes as `options`; undefined when nothing is changed. */
export const treeOf = (changed) =>
  Object.keys(changed).length > 0 ? Object.entries(changed).reduce((tree, [path, value]) => put(tree, path, value), {}) : undefined;

/** The changed values without those that are the base's own. */
export const pruned = (changed, base) => Object.fromEntries(Object.entries(changed).filter(([path, value]) => !same(value, at(base, path))));

/** `[{name, options}]` in the order of the interface; options without a dot are the plan's own. */
export function groupsOf(options) {
  const groups = new Map();
  for (const option of options) {
    const dot = option.path.indexOf(".");
    const name = dot < 0 ? "plan" : option.path.slice(0, dot);
    groups.set(name, [...(groups.get(name) ?? []), option]);
  }
  return [...groups].map(([name, members]) => ({ name, title: words(name), options: members }));
}

/** The method of this name, as the presets tell of it; one that they do not know changes nothing. */
export const methodOf = (presets, name) => presets.methods.find((m) => m.name === name) ?? { name, title: name, meaning: "", options: {} };

/** A preset as a method has it; the choice of the method itself stays an option over it. */
export const shaped = (preset, method) => merge(preset, method.options);

/** The preset that a plan is closest to: `{name, plan, paths}`; a run does not tell which one it began with. */
export function closestPreset(presets, plan) {
  const found = Object.entries(presets.presets).map(([name, preset]) => {
    const base = shaped(preset, methodOf(presets, plan.method));
    return { name, plan: base, paths: differences(presets.options, base, plan) };
  });
  return found.sort((a, b) => a.paths.length - b.paths.length)[0];
}

/** A value for reading. */
export function shown(value) {
  if (value === null || value === undefined) return "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : compact(value);
  if (typeof value === "object") return "width" in value ? `${value.width} × ${value.height}` : JSON.stringify(value);
  return String(value);
}

/** What was typed as a value: a number where it is one, null for nothing, and otherwise the text, which the server refuses by name. */
export function typed(type, text) {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  if (type !== "integer" && type !== "number") return trimmed;
  const value = Number(trimmed.replace(",", "."));
  return Number.isFinite(value) ? value : trimmed;
}

/** What the server says about an option: by its own path, under "options.", or about the group as a whole. */
export const errorOf = (errors, path) => (errors[path] ?? errors[`options.${path}`])?.join(" ");
