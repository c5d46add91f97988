// Pictures that the server may have to compute: a few at a time, those of one model together, so that it is loaded once.
import { api } from "../../lib/api.js";
import { useEffect, useState } from "../../lib/html.js";

const lanes = 2; // fewer than the server computes at a time: others want to be served too
const patience = 5;
const waiting = [];
let busy = 0;
let last = null;

function advance() {
  while (busy < lanes && waiting.length > 0) {
    const at = waiting.findIndex((job) => job.model === last);
    const [job] = waiting.splice(Math.max(at, 0), 1);
    last = job.model;
    busy++;
    job.run().finally(() => {
      busy--;
      advance();
    });
  }
}

const pause = (seconds, signal) => new Promise((done) => {
  const timer = setTimeout(done, seconds * 1000);
  signal.addEventListener("abort", () => (clearTimeout(timer), done()), { once: true });
});

async function fetched(path, query, signal) {
  for (let tries = 1; ; tries++) {
    try {
      return await api.blob(path, { query, signal });
    } catch (problem) {
      if (problem.status !== 503 || tries === patience) throw problem; // a full queue says when to come back
      await pause(Number(problem.retryAfter) || 1, signal);
    }
  }
}

/** As useBlobUrl, in turn; `model` names what computes the picture. */
export function useComputed(path, query, model) {
  const [state, setState] = useState({ url: null, problem: null });
  useEffect(() => {
    if (!path) return undefined;
    const abort = new AbortController();
    let url = null;
    const run = async () => {
      if (abort.signal.aborted) return;
      try {
        const blob = await fetched(path, query, abort.signal);
        if (abort.signal.aborted) return;
        url = URL.createObjectURL(blob);
        setState({ url, problem: null });
      } catch (problem) {
        if (!abort.signal.aborted) setState({ url: null, problem });
      }
    };
    const job = { model, run };
    waiting.push(job);
    advance();
    return () => {
      abort.abort();
      if (waiting.includes(job)) waiting.splice(waiting.indexOf(job), 1);
      if (url) URL.revokeObjectURL(url);
    };
  }, [path, model, JSON.stringify(query ?? {})]);
  return state;
}
