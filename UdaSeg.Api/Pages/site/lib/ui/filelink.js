// Files of the interface as links: a plain link cannot send the key, so with one the file is fetched first.
import { address, api, apiKey } from "../api.js";
import { useAction } from "../hooks.js";
import { Fragment, html } from "../html.js";
import { ProblemNotice, save } from "./basics.js";

/** With `name` the file is saved under it, without it is opened in a tab of its own. */
export function FileLink({ path, query, name, children }) {
  const fetched = useAction(async (tab) => {
    try {
      const blob = await api.blob(path, { query });
      if (name) save(blob, name);
      else tab.location = URL.createObjectURL(blob); // the tab needs it as long as it is open
    } catch (problem) {
      tab?.close();
      throw problem;
    }
  });
  const go = (e) => {
    if (!apiKey.get()) return;
    e.preventDefault();
    fetched.run(name ? null : open("", "_blank")); // opened within the click, or the browser takes it for a pop-up
  };
  const target = name ? { download: name } : { target: "_blank", rel: "noopener" };
  return html`<${Fragment}>
    <a class="button" href=${address(path, query)} aria-busy=${fetched.busy} onClick=${go} ...${target}>${children}</a>
    <${ProblemNotice} problem=${fetched.problem} />
  </${Fragment}>`;
}
