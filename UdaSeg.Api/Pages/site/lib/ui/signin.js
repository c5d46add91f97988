// Asking for a key.
import { useAction } from "../hooks.js";
import { Fragment, html, useState } from "../html.js";
import { loadSession, signIn, signOut } from "../session.js";
import { ProblemNotice, TextField } from "./basics.js";
import { Dialog } from "./dialog.js";

const hint = "The operator's. It is sent once and not kept; this browser stays signed in until it has been idle for half an hour.";

/** `expired`: over a page that is kept as it is, so that nothing typed is lost. */
function SignInDialog({ open, expired, onClose }) {
  const [key, setKey] = useState("");
  const action = useAction(async () => {
    await signIn(key.trim());
    setKey("");
    onClose();
  });
  const send = (e) => {
    e.preventDefault();
    action.run();
  };
  return html`<${Dialog} open=${open} onClose=${onClose} title="Sign in">
    <form onSubmit=${send} class="signin">
      <h2>Sign in</h2>
      ${expired && html`<p>Your session has ended. Sign in again to go on where you are.</p>`}
      <${TextField} label="API key" type="password" autocomplete="current-password" required autofocus value=${key} onChange=${setKey} hint=${hint} />
      <${ProblemNotice} problem=${action.problem} />
      <p class="actions"><button type="submit" class="primary" disabled=${action.busy || !key.trim()}>${action.busy ? "Signing in…" : "Sign in"}</button>
        <button type="button" onClick=${onClose}>Close</button></p>
    </form>
  </${Dialog}>`;
}

/** In place of a page, while nobody is signed in. */
export function SignInNotice() {
  const [open, setOpen] = useState(true);
  return html`<section class="empty">
    <h1>Sign in</h1>
    <p>This server asks for a key.</p>
    <p><button type="button" class="primary" onClick=${() => setOpen(true)}>Enter a key</button></p>
    <${SignInDialog} open=${open} onClose=${() => setOpen(false)} />
  </section>`;
}

/** Over a page whose session has ended; closed without a key, the page goes. */
export const SignInAgain = ({ open }) => html`<${SignInDialog} open=${open} expired onClose=${() => loadSession().catch(() => {})} />`;

/** In the header: who is signed in. Nothing on a server without keys. */
export function WhoIsIn({ session }) {
  const out = useAction(signOut);
  if (!session?.authentication || !session.name) return null;
  return html`<${Fragment}>
    <span class="who"><span class="hidden">Signed in as </span>${session.name} <span class="soft">${session.role ?? "no role"}</span></span>
    <button type="button" class="quiet" disabled=${out.busy} onClick=${out.run}>Sign out</button>
  </${Fragment}>`;
}
