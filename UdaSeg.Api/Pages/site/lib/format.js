// How numbers, times and ids are written, everywhere alike.
const digits = (n) => new Intl.NumberFormat("en", { minimumFractionDigits: n, maximumFractionDigits: n });
const one = digits(1);
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
export const none = "–";
const missing = (value) => value === null || value === undefined || Number.isNaN(value);

/** A share 0..1 in percent with one decimal. */
export const percent = (share, decimals = 1) => (missing(share) ? none : `${digits(decimals).format(share * 100)} %`);
export const integer = (value) => (missing(value) ? none : whole.format(value));
export const number = (value, decimals = 2) => (missing(value) ? none : digits(decimals).format(value));

/** Three significant digits, small ones in powers of ten. */
export function compact(value) {
  if (missing(value)) return none;
  const size = Math.abs(value);
  return size !== 0 && (size < 0.001 || size >= 1e6) ? value.toExponential(2) : String(Number(value.toPrecision(3)));
}

export function bytes(value) {
  if (missing(value)) return none;
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? whole.format(value) : one.format(value)} ${units[unit]}`;
}

/** Local time to the second; the exact one belongs into `datetime`. */
export const time = (iso) => (missing(iso) ? none : new Date(iso).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" }));

export function duration(seconds) {
  if (missing(seconds)) return none;
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, "0")} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, "0")} min`;
}

/** The random end of a UUIDv7: its beginning is the time and says little. */
export const shortId = (id) => (id ? id.slice(-8) : none);
export const rgb = ([r, g, b]) => `rgb(${r} ${g} ${b})`;

/** "labGamma" as words for people: "lab gamma". */
export const words = (name) => name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/[-_]/g, " ").toLowerCase();
export const plural = (n, noun) => `${integer(n)} ${noun}${n === 1 ? "" : "s"}`;
