// What a study's figures are called and how they are written.
import { none, number } from "../../lib/format.js";

export const isOpen = (study) => study.status === "queued" || study.status === "running";
export const isRunOpen = (run) => !["succeeded", "failed", "cancelled"].includes(run.status);

/** "56.1 ± 0.4", in percent; the mean alone for a single run. */
export function spreadText(spread) {
  if (!spread) return none;
  const mean = number(spread.mean * 100, 1);
  return spread.sd === null ? mean : `${mean} ± ${number(spread.sd * 100, 1)}`;
}

/** A spread as a cell of a table of scores. */
export const scoreOf = (spread) => (spread ? { value: spread.mean, sd: spread.sd, n: spread.n } : null);

export const bestArm = (study) => study.arms.filter((a) => a.miou).sort((a, b) => b.miou.mean - a.miou.mean)[0] ?? null;

const isPlain = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/** Leaves of nested options by their paths; a size ({width, height}) is one leaf. */
export function flatten(options, prefix = "") {
  return Object.entries(options ?? {}).flatMap(([key, value]) => {
    const path = prefix ? `${prefix}.${key}` : key;
    const leaf = !isPlain(value) || ("width" in value && "height" in value) || Object.keys(value).length === 0;
    return leaf ? [[path, value]] : flatten(value, path);
  });
}

/** Options with one leaf set; `undefined` takes it away, and emptied groups with it. */
export function withOption(options, path, value) {
  const [key, ...rest] = path.split(".");
  const next = { ...(isPlain(options) ? options : {}) };
  const inner = rest.length > 0 ? withOption(next[key], rest.join("."), value) : value;
  if (inner === undefined || (rest.length > 0 && Object.keys(inner).length === 0)) delete next[key];
  else next[key] = inner;
  return next;
}

/** An arm's options over the base's, as the server merges them. */
export function merge(base, over) {
  if (!isPlain(base) || !isPlain(over)) return over === undefined ? base : over;
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = key in base ? merge(base[key], value) : value;
  return merged;
}

export function valueText(value) {
  if (Array.isArray(value) && value.length === 2) return value.join(" × "); // a size, as the interface also takes it
  if (isPlain(value) && "width" in value) return `${value.width} × ${value.height}`;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** "alignment.scheme = none, triplet.enabled = false" */
export const optionsText = (options) => flatten(options).map(([path, value]) => `${path} = ${valueText(value)}`).join(", ") || "the base as it is";
