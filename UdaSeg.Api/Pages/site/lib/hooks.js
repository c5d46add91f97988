// Data from the interface as state.
import { api } from "./api.js";
import { follow } from "./events.js";
import { useCallback, useEffect, useRef, useState } from "./html.js";

/**
 * What `load(signal)` answers, anew whenever `inputs` change; `every` (ms, or a function of the data that answers ms or 0) asks again while the page is visible.
 * `data` stays while it is asked again.
 */
export function useLoaded(load, inputs, { every = 0 } = {}) {
  const [state, setState] = useState({ data: null, problem: null, loading: true });
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  const key = JSON.stringify(inputs);
  const shown = useRef(key);
  useEffect(() => {
    const abort = new AbortController();
    let timer = 0;
    let asked = false;
    if (shown.current !== key) {
      shown.current = key;
      setState({ data: null, problem: null, loading: true });
    }
    const ask = async () => {
      let next = 0;
      try {
        if (document.hidden && asked) return void (timer = setTimeout(ask, 1000)); // nobody looks
        const data = await load(abort.signal);
        if (abort.signal.aborted) return;
        asked = true;
        setState({ data, problem: null, loading: false });
        next = typeof every === "function" ? every(data) : every;
      } catch (problem) {
        if (abort.signal.aborted) return;
        setState((s) => ({ data: s.data, problem, loading: false }));
        next = every ? 3000 : 0;
      }
      if (next > 0) timer = setTimeout(ask, next);
    };
    ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, turn]);
  return { ...state, reload };
}

/** A GET of the interface; a null path asks nothing. */
export function useApi(path, { query, every } = {}) {
  return useLoaded((signal) => (path ? api.get(path, { query, signal }) : Promise.resolve(null)), [path, query], { every });
}

/** Every item of a list. */
export function useAll(path, { max, every } = {}) {
  return useLoaded((signal) => (path ? api.all(path, { max, signal }) : Promise.resolve([])), [path, max], { every });
}

/** A picture (or any file) of the interface as an address that an `img` can show, with the reason where there is none. */
export function useBlobUrl(path, query) {
  const [state, setState] = useState({ url: null, problem: null });
  const key = path + JSON.stringify(query ?? {});
  useEffect(() => {
    if (!path) return setState({ url: null, problem: null });
    const abort = new AbortController();
    let url = null;
    api.blob(path, { query, signal: abort.signal }).then(
      (blob) => {
        url = URL.createObjectURL(blob);
        if (abort.signal.aborted) URL.revokeObjectURL(url);
        else setState({ url, problem: null });
      },
      (problem) => abort.signal.aborted || setState({ url: null, problem }),
    );
    return () => {
      abort.abort();
      if (url) URL.revokeObjectURL(url);
    };
  }, [key]);
  return state;
}

/** A local Blob or File as an address; null without one. */
export function useObjectUrl(blob) {
  const [url, setUrl] = useState(null);
  useEffect(() => {
    if (!blob) return setUrl(null);
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}

/**
 * Follows a stream of events while the component lives; null follows nothing. Answers "open", "waiting" (a broken connection), "ended" or a Problem.
 * `after`: see follow. Another `turn` asks anew, as an ended stream may have more to tell later.
 */
export function useEvents(path, onEvent, { after, turn } = {}) {
  const [state, setState] = useState("waiting");
  const handler = useRef(onEvent);
  handler.current = onEvent;
  useEffect(() => {
    if (!path) return;
    const abort = new AbortController();
    follow(path, { onEvent: (e) => handler.current(e), onState: setState, signal: abort.signal, after }).catch(setState);
    return () => abort.abort();
  }, [path, after, turn]);
  return state;
}

/** An action behind a button: `{run, busy, problem, clear}`; a second press while it works does nothing. */
export function useAction(action) {
  const [state, setState] = useState({ busy: false, problem: null });
  const busy = useRef(false);
  const run = async (...inputs) => {
    if (busy.current) return undefined;
    busy.current = true;
    setState({ busy: true, problem: null });
    try {
      const result = await action(...inputs);
      setState({ busy: false, problem: null });
      return result;
    } catch (problem) {
      setState({ busy: false, problem: problem.name === "AbortError" ? null : problem });
      return undefined;
    } finally {
      busy.current = false;
    }
  };
  return { ...state, run, clear: () => setState({ busy: false, problem: null }) };
}

export function useTitle(title) {
  useEffect(() => {
    document.title = title ? `${title} · UdaSeg` : "UdaSeg";
  }, [title]);
}
