// The pictures to segment, and the work on them: a few at a time, the one on show first, each failing for itself.
import { Problem, api, upload } from "../../lib/api.js";
import { bytes, integer } from "../../lib/format.js";
import { useEffect, useReducer, useRef } from "../../lib/html.js";
import { useApi } from "../../lib/hooks.js";
import { timingOf } from "../../lib/timing.js";
import { sampleImage } from "../../lib/ui/samples.js";

const atOnce = 2; // one is computed while the next one travels
const patience = 6; // times that a busy server is asked again

/**
 * @typedef {{id: number, name: string, blob: Blob | null, url: string | null, dataset?: string, sample?: string}} Item a sample's bytes come when needed
 * @typedef {{state: "busy" | "done" | "failed", progress?: number, note?: string, answer?: object, timings?: object, problem?: Error}} Work
 */
const keyOf = (item, checkpoint) => `${item.id}|${checkpoint}`;

/** Pixels as the browser counts them; 0 of what it cannot read, which the server then names. */
const pixelsOf = (url) =>
  new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve(image.naturalWidth * image.naturalHeight);
    image.onerror = () => resolve(0);
    image.src = url;
  });

/** Refuses what is over the limits before it is sent, by the codes that the server would use. */
async function check(item, limits) {
  if (!limits) return;
  const tooLarge = (code, detail) => new Problem({ status: 413, code, title: "Too large", detail });
  const { maxUploadBytes, maxPixels } = limits;
  if (item.blob.size > maxUploadBytes) throw tooLarge("body-too-large", `The file has ${bytes(item.blob.size)}; ${bytes(maxUploadBytes)} are allowed.`);
  const pixels = await pixelsOf(item.url);
  if (pixels > maxPixels) throw tooLarge("image-too-large", `The image has ${integer(pixels)} pixels; ${integer(maxPixels)} are allowed.`);
}

const pause = (seconds, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

/** Asks again while the server says that it is busy, when it says. */
async function segment(item, checkpoint, signal, tell) {
  for (let turn = 1; ; turn++) {
    try {
      tell({ state: "busy", progress: 0 });
      const query = { checkpoint, include: "confidence,rle" };
      const headers = { "Content-Type": item.blob.type || "application/octet-stream" };
      const sent = await upload("/segmentations", item.blob, { query, headers, signal, onProgress: (progress) => tell({ state: "busy", progress }) });
      return { answer: sent.data, timings: timingOf(sent.headers("Server-Timing")) };
    } catch (problem) {
      const busy = problem instanceof Problem && (problem.status === 503 || problem.status === 429) && problem.retryAfter;
      if (!busy || turn >= patience) throw problem;
      tell({ state: "busy", progress: 0, note: `server busy, again in ${problem.retryAfter} s` });
      await pause(Number(problem.retryAfter) || 1, signal);
      signal.throwIfAborted();
    }
  }
}

/** @param {(string | null)[]} checkpoints every picture is segmented by each of them, and anew when they change */
export function useQueue(checkpoints, current) {
  const [, redraw] = useReducer((n) => n + 1, 0);
  const own = useRef({ items: [], works: new Map(), aborts: new Map(), last: 0 });
  const limits = useApi("/limits");
  const wanted = useRef({});
  wanted.current = { checkpoints: [...new Set(checkpoints.filter(Boolean))], current, limits: limits.data?.limits, known: !limits.loading };

  const queue = useRef(null);
  queue.current ??= {
    add(entries) {
      const made = entries.map((entry) => {
        const found = entry.sample && own.current.items.find((i) => i.dataset === entry.dataset && i.sample === entry.sample);
        return found || { id: ++own.current.last, blob: null, ...entry, url: entry.blob ? URL.createObjectURL(entry.blob) : null };
      });
      own.current.items = [...own.current.items, ...made.filter((i) => !own.current.items.includes(i))];
      redraw();
      return made;
    },
    remove(item) {
      own.current.items = own.current.items.filter((i) => i !== item);
      for (const [key, abort] of own.current.aborts) if (key.startsWith(`${item.id}|`)) abort.abort();
      for (const key of own.current.works.keys()) if (key.startsWith(`${item.id}|`)) own.current.works.delete(key);
      if (item.url) URL.revokeObjectURL(item.url);
      redraw();
    },
    workOf: (item, checkpoint) => own.current.works.get(keyOf(item, checkpoint)),
    retry(item, checkpoint) {
      own.current.works.delete(keyOf(item, checkpoint));
      redraw();
    },
  };

  const start = async (item, checkpoint) => {
    const key = keyOf(item, checkpoint);
    const abort = new AbortController();
    own.current.aborts.set(key, abort);
    const tell = (work) => {
      if (abort.signal.aborted) return;
      own.current.works.set(key, work);
      redraw();
    };
    tell({ state: "busy", progress: 0 });
    try {
      if (!item.blob) {
        item.blob = await api.blob(sampleImage(item.dataset, item.sample), { signal: abort.signal });
        item.url ??= URL.createObjectURL(item.blob);
      }
      await check(item, wanted.current.limits);
      tell({ state: "done", ...(await segment(item, checkpoint, abort.signal, tell)) });
    } catch (problem) {
      tell({ state: "failed", problem });
    } finally {
      own.current.aborts.delete(key);
      if (abort.signal.aborted && own.current.works.get(key)?.state === "busy") own.current.works.delete(key);
      redraw();
    }
  };

  useEffect(() => {
    const { items, works, aborts } = own.current;
    if (!wanted.current.known) return;
    for (const [key, abort] of aborts) if (!wanted.current.checkpoints.some((c) => key.endsWith(`|${c}`))) abort.abort();
    const ordered = [...items].sort((a, b) => (b === current) - (a === current));
    for (const item of ordered) {
      for (const checkpoint of wanted.current.checkpoints) {
        if (aborts.size < atOnce && !aborts.has(keyOf(item, checkpoint)) && !works.has(keyOf(item, checkpoint))) start(item, checkpoint);
      }
    }
  });
  useEffect(() => () => {
    for (const abort of own.current.aborts.values()) abort.abort();
    for (const item of own.current.items) if (item.url) URL.revokeObjectURL(item.url);
  }, []);
  return { items: own.current.items, ...queue.current };
}
