// Compared figures for a spreadsheet (RFC 4180).

/** A cell that a spreadsheet would take for a formula begins with an apostrophe. */
function cell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One row a class or mean, one column an evaluation; IoUs are 0..1, empty where there is none. */
export function csvOf(shown, rows) {
  const line = (cells) => `${cells.join(",")}\r\n`;
  const head = [
    ["class", ...shown.map((e) => cell(e.title))],
    ["data set", ...shown.map((e) => cell(e.datasetTitle))],
    ["evaluation", ...shown.map((e) => e.id)],
  ];
  return [...head, ...rows.map((row) => [cell(row.name), ...row.cells.map((c) => (c ? String(c.value) : ""))])].map(line).join("");
}
