// One alignment as a request, and its answers kept: going back to a setting costs nothing.
import { api, upload } from "../../lib/api.js";
import { useEffect, useMemo, useRef, useState } from "../../lib/html.js";
import { blobOf } from "../../lib/labels.js";
import { timingOf } from "../../lib/timing.js";
import { sampleImage } from "../../lib/ui/samples.js";

/** @typedef {{file?: File, dataset?: string, sample?: string, seed?: string}} Picture a file, a sample, or (as reference) a draw from a data set */

export const isComplete = (p) => Boolean(p?.file || (p?.dataset && (p.sample || p.seed)));

const fileIds = new WeakMap();
let files = 0;

/** Names what a picture is, so that equal requests are known as equal. */
function identity(p) {
  if (!p?.file) return p ?? null;
  if (!fileIds.has(p.file)) fileIds.set(p.file, ++files);
  return { file: fileIds.get(p.file) };
}

export const requestKey = (source, reference, settings) => JSON.stringify([identity(source), identity(reference), settings]);

async function formOf(source, reference, signal) {
  const form = new FormData();
  form.append("source", source.file ?? (await api.blob(sampleImage(source.dataset, source.sample), { signal })), source.file?.name ?? source.sample);
  if (reference.file) form.append("reference", reference.file, reference.file.name);
  else {
    form.append("referenceDataset", reference.dataset);
    if (reference.sample) form.append("referenceSample", reference.sample);
    else form.append("seed", reference.seed);
  }
  return form;
}

/** The answer as JSON: `{answer, image: Blob, timings}`. */
async function align({ source, reference, settings, signal }) {
  const form = await formOf(source, reference, signal);
  const { data, headers } = await upload("/alignments", form, { query: settings, signal });
  return { answer: data, image: blobOf(data.image.data, data.image.mediaType), timings: timingOf(headers("Server-Timing")) };
}

/** The aligned picture as another kind of file. */
export async function alignedAs(mediaType, { source, reference, settings }) {
  const { data } = await upload("/alignments", await formOf(source, reference), { query: settings, accept: mediaType, as: "blob" });
  return data;
}

/** Answers of this visit, the oldest forgotten first. */
export function useCache(size = 60) {
  const kept = useRef(new Map());
  return useMemo(() => ({
    get: (key) => kept.current.get(key),
    set: (key, value) => {
      kept.current.set(key, value);
      if (kept.current.size > size) kept.current.delete(kept.current.keys().next().value);
    },
  }), []);
}

/**
 * Aligns whenever the request changes, after a pause of the hand on a slider. `result` is the last answer that came, also while the next one is computed.
 * A null request asks nothing.
 */
export function useAlignment(cache, request, { wait = 200 } = {}) {
  const [state, setState] = useState({ result: null, problem: null, busy: false });
  const [turn, setTurn] = useState(0);
  const key = request && requestKey(request.source, request.reference, request.settings);
  useEffect(() => {
    if (!key) return setState({ result: null, problem: null, busy: false });
    const known = cache.get(key);
    if (known) return setState({ result: known, problem: null, busy: false });
    const abort = new AbortController();
    setState((s) => ({ ...s, busy: true }));
    const timer = setTimeout(async () => {
      try {
        const result = { ...(await align({ ...request, signal: abort.signal })), request };
        cache.set(key, result);
        if (!abort.signal.aborted) setState({ result, problem: null, busy: false });
      } catch (problem) {
        if (!abort.signal.aborted) setState({ result: null, problem, busy: false });
      }
    }, wait);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key, turn]);
  return { ...state, retry: () => setTurn((n) => n + 1) };
}

/** One answer for every scheme, one after the other: the server has other guests. `results` is `{scheme: result or Problem}`. */
export function useSchemes(cache, request, schemes) {
  const [results, setResults] = useState({});
  const key = request && schemes.length > 0 ? requestKey(request.source, request.reference, { ...request.settings, scheme: null }) : null;
  useEffect(() => {
    setResults({});
    if (!key) return;
    const abort = new AbortController();
    (async () => {
      for (const scheme of schemes) {
        const settings = { ...request.settings, scheme };
        const its = requestKey(request.source, request.reference, settings);
        let result = cache.get(its);
        try {
          if (!result) cache.set(its, (result = { ...(await align({ ...request, settings, signal: abort.signal })), request: { ...request, settings } }));
        } catch (problem) {
          result = problem;
        }
        if (abort.signal.aborted) return;
        setResults((r) => ({ ...r, [scheme]: result }));
      }
    })();
    return () => abort.abort();
  }, [key, schemes.join()]);
  return results;
}
