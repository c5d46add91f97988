// Addresses without reloading: the server answers each of them with the same document.
import { html, useEffect, useState } from "./html.js";

const changed = "udaseg-navigated";

/** @param {string} url @param {{replace?: boolean}} [options] */
export function navigate(url, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", url);
  dispatchEvent(new Event(changed));
  if (!replace) scrollTo(0, 0);
}

/** The address now: `{path, query}`. Changes with every navigation. */
export function useRoute() {
  const [, turn] = useState(0);
  useEffect(() => {
    const listen = () => turn((n) => n + 1);
    addEventListener("popstate", listen);
    addEventListener(changed, listen);
    return () => {
      removeEventListener("popstate", listen);
      removeEventListener(changed, listen);
    };
  }, []);
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

/** One parameter of the address as state, so that a page can be linked to as it is. */
export function useQueryState(name, fallback = "") {
  const { query } = useRoute();
  const set = (value) => {
    const next = new URLSearchParams(location.search);
    if (value === fallback || value === "" || value === null) next.delete(name);
    else next.set(name, value);
    navigate(location.pathname + (next.size > 0 ? `?${next}` : ""), { replace: true });
  };
  return [query.get(name) ?? fallback, set];
}

/** A link within the pages; modified clicks and new tabs are the browser's. */
export function Link({ href, children, ...rest }) {
  const go = (e) => {
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    navigate(href);
  };
  return html`<a href=${href} onClick=${go} ...${rest}>${children}</a>`;
}
