// An upload on its way.
import { html, useEffect } from "../html.js";
import { Notice, Progress } from "./basics.js";

export const Sending = ({ share, onCancel }) => html`<${Notice} title=${share < 1 ? "Sending" : "Sent; the server unpacks and checks it"}>
  <${Progress} value=${share} label="Sent" />
  ${share < 1 && html`<p class="actions"><button type="button" onClick=${onCancel}>Cancel the upload</button></p>`}
</${Notice}>`;

/** The browser asks before the page goes away with an upload. */
export function useLeaveGuard(active) {
  useEffect(() => {
    if (!active) return;
    const ask = (e) => e.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [active]);
}
