// What will be sent, for reading and for repeating it from a shell.
import { address } from "../../lib/api.js";
import { html, useRef, useState } from "../../lib/html.js";
import { session } from "../../lib/session.js";

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The request as a shell's command. The key itself is left to the reader's environment. */
export function curlOf(method, path, body) {
  const lines = [`curl -X ${method} ${quoted(location.origin + address(path))}`, `-H "Content-Type: application/json"`];
  if (session()?.authentication) lines.push(`-H "X-Api-Key: $UDASEG_API_KEY"`);
  return [...lines, `-d ${quoted(JSON.stringify(body, null, 2))}`].join(" \\\n  ");
}

/** The JSON of a POST, and the same as curl. */
export function RequestPreview({ path, body }) {
  const [said, setSaid] = useState("");
  const pre = useRef(null);
  const copy = async (text, what) => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid(`${what} copied.`);
    } catch {
      getSelection().selectAllChildren(pre.current); // no clipboard on insecure origins: the text is marked instead
      setSaid("This browser gives pages no clipboard here. The JSON is marked: copy it by hand.");
    }
  };
  return html`<details class="runs-request">
    <summary>The request</summary>
    <p class="soft"><code>POST ${address(path)}</code></p>
    <pre ref=${pre} tabindex="0" aria-label="JSON of the request">${JSON.stringify(body, null, 2)}</pre>
    <p class="actions">
      <button type="button" onClick=${() => copy(JSON.stringify(body, null, 2), "JSON")}>Copy JSON</button>
      <button type="button" onClick=${() => copy(curlOf("POST", path, body), "Command")}>Copy as curl</button>
    </p>
    <p class="soft" role="status">${said}</p>
  </details>`;
}
