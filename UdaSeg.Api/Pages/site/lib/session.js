// Who is signed in. The key is not kept: the server answers it with a cookie that no script can read, and that pictures, downloads and links carry too.
import { api, unauthenticated } from "./api.js";
import { useEffect, useState } from "./html.js";

const changed = "udaseg-session";
let current = null;

function set(next) {
  current = next;
  document.documentElement.dataset.role = next.role ?? ""; // what the role may not do is hidden by the style sheet; the server decides anyway
  dispatchEvent(new Event(changed));
}

/** `{authentication, name, role}`; null until the server has told. */
export const session = () => current;

export async function loadSession() {
  set(await api.get("/session"));
}

/** @param {string} key A key, or a token of the operator's issuer. */
export async function signIn(key) {
  set(await api.post("/session", {}, { headers: { Authorization: `Bearer ${key}` } }));
}

export async function signOut() {
  await api.delete("/session");
  await loadSession();
}

/** The session as state, and whether it has ended while a page was in use. */
export function useSession() {
  const [state, setState] = useState({ session: current, expired: false, problem: null });
  useEffect(() => {
    const tell = () => setState({ session: current, expired: false, problem: null });
    const expire = () => setState((s) => (s.session?.role ? { ...s, expired: true } : s));
    addEventListener(changed, tell);
    addEventListener(unauthenticated, expire);
    loadSession().catch((problem) => setState((s) => ({ ...s, problem })));
    return () => {
      removeEventListener(changed, tell);
      removeEventListener(unauthenticated, expire);
    };
  }, []);
  return state;
}
