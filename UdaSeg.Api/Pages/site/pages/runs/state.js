// State that several parts of these pages share.
import { useEffect, useRef, useState } from "../../lib/html.js";
import { useApi } from "../../lib/hooks.js";

/** The value as it was once it has not changed for `ms`. */
export function useSettled(value, ms = 400) {
  const key = JSON.stringify(value);
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), ms);
    return () => clearTimeout(timer);
  }, [key, ms]);
  return JSON.parse(settled);
}

/** As useApi, but the former answer stays while another question is asked; `stale` tells so. */
export function useLastApi(path, options) {
  const now = useApi(path, options);
  const last = useRef(null);
  if (now.data !== null) last.current = now.data;
  return { ...now, data: now.data ?? last.current, stale: now.data === null };
}

/** State that survives leaving the page, in this tab. */
export function useDraft(name, first) {
  const [draft, setDraft] = useState(() => {
    try {
      return { ...first, ...JSON.parse(sessionStorage.getItem(name) ?? "{}") };
    } catch {
      return first; // written by another version of this page
    }
  });
  useEffect(() => sessionStorage.setItem(name, JSON.stringify(draft)), [draft]);
  return [draft, setDraft];
}

export const ended = (status) => ["succeeded", "failed", "cancelled"].includes(status);
/** Iterations before a stage begins. */
export const begins = (plan, stage) => (stage === 0 ? 0 : plan.coarseIterations + (stage - 1) * plan.stageIterations);
export const stageName = (stage) => (stage === 0 ? "0 · coarse" : `${stage} · adaptation`);
/** Where stages begin, as marks of a chart over iterations. */
export const stageMarks = (plan) => Array.from({ length: plan.stages }, (_, i) => ({ at: begins(plan, i + 1), name: `stage ${i + 1}` }));
/** "a, b and 2 more". */
export const named = (ids, sets) => ids.map((id) => sets?.find((s) => s.id === id)?.name ?? `…${id.slice(-8)}`);
