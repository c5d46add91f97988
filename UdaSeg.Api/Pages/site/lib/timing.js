// The server's own clock of a request.
import { html } from "./html.js";
import { number } from "./format.js";

/** The header `Server-Timing` as `{phase: milliseconds}`. */
export const timingOf = (header) =>
  Object.fromEntries(
    (header ?? "")
      .split(",")
      .map((part) => /^\s*([\w-]+);dur=([\d.eE+-]+)/.exec(part))
      .filter(Boolean)
      .map(([, name, value]) => [name, Number(value)]),
  );

const ms = (value) => `${number(value, value < 10 ? 1 : 0)} ms`;

/** One quiet line: where the time went. */
export function TimingLine({ timings, children }) {
  const { total, ...phases } = timings ?? {};
  if (total === undefined) return null;
  return html`<p class="soft timing">Answered in ${ms(total)}: ${Object.entries(phases).map(([name, value]) => `${name} ${ms(value)}`).join(", ")}.${children}</p>`;
}
