// Files of the interface as links; the browser's session goes with them.
import { address } from "../api.js";
import { html } from "../html.js";

/** With `name` the file is saved under it, without it is opened in a tab of its own. */
export function FileLink({ path, query, name, children }) {
  const target = name ? { download: name } : { target: "_blank", rel: "noopener" };
  return html`<a class="button" href=${address(path, query)} ...${target}>${children}</a>`;
}
