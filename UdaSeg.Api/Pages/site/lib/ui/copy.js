// To the clipboard, with a word that it is there.
import { Fragment, html, useState } from "../html.js";
import { useAction } from "../hooks.js";
import { ProblemNotice } from "./basics.js";

/** @param {{label: string, text: () => string | Promise<string>}} props */
export function CopyButton({ label, text }) {
  const [copied, setCopied] = useState(false);
  const copy = useAction(async () => {
    setCopied(false);
    await toClipboard(await text());
    setCopied(true);
  });
  return html`<${Fragment}>
    <button type="button" onClick=${copy.run}>${label}</button><span role="status" class="soft">${copied ? "Copied." : ""}</span>
    <${ProblemNotice} problem=${copy.problem} />
  </${Fragment}>`;
}

/** Browsers keep the clipboard from pages without TLS, except for the old way by a selection. */
async function toClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("This browser does not let pages copy: download the table instead.");
  return undefined;
}
