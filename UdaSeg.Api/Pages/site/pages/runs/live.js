// One run as it goes on: its snapshot, its curves, and what its stream of events adds.
import { api } from "../../lib/api.js";
import { percent } from "../../lib/format.js";
import { useEffect, useRef, useState } from "../../lib/html.js";
import { useApi, useEvents, useLoaded } from "../../lib/hooks.js";
import { ended } from "./state.js";

const drawEvery = 700; // ms: a burst of events becomes one drawing
const recent = 3000; // events that are replayed for the log when a long run is opened

const nothing = { points: [], progress: null, log: [], evaluations: [], stageEvents: 0, statusEvents: 0, last: 0 };

/** @returns `{run, reload, points, progress, log, fromStart, all, evaluations, stages, stream, problem}` of a run. */
export function useRun(id) {
  const path = `/training-runs/${id}`;
  const [live, setLive] = useState(nothing);
  const [whole, setWhole] = useState(false);
  const held = useRef([]);
  const timer = useRef(0);
  const metrics = useLoaded((signal) => allPoints(path, signal), [path]);
  const first = metrics.data?.points ?? [];
  const after = metrics.data ? Math.max(0, (whole ? 0 : metrics.data.next) - recent) : null;
  const [again, setAgain] = useState({ turn: 0, last: 0 });
  const flush = () => {
    timer.current = 0;
    const events = held.current;
    held.current = [];
    setLive((now) => events.reduce(added, copied(now)));
  };
  const stream = useEvents(after === null ? null : `${path}/events`, (e) => {
    held.current.push(e);
    timer.current ||= setTimeout(flush, drawEvery);
  }, { after: String(Math.max(after ?? 0, again.last)), turn: again.turn });
  useEffect(() => () => clearTimeout(timer.current), []);
  const run = useApi(path, { every: (r) => (r && !ended(r.status) ? 4000 : 0) });
  useEffect(() => {
    // The stream had ended, but the run goes on: it was resumed.
    if (stream === "ended" && run.data && !ended(run.data.status)) setAgain((a) => ({ turn: a.turn + 1, last: live.last }));
  }, [stream, run.data?.status, run.data?.attempt]);
  const stages = useApi(`${path}/stages`);
  useEffect(() => {
    if (live.stageEvents > 0) stages.reload();
  }, [live.stageEvents]);
  useEffect(() => {
    if (live.statusEvents > 0) run.reload();
  }, [live.statusEvents, live.stageEvents]);
  const seen = first.length > 0 ? first[first.length - 1].sequence : 0;
  const points = [...first, ...live.points.filter((p) => p.sequence > seen)];
  const all = () => {
    setLive({ ...nothing, statusEvents: live.statusEvents, stageEvents: live.stageEvents });
    setAgain((a) => ({ turn: a.turn, last: 0 }));
    setWhole(true);
  };
  return { run, stages, points, metrics, stream, progress: live.progress, log: live.log, evaluations: live.evaluations, cut: after > 0, all };
}

const copied = (s) => ({ ...s, points: [...s.points], log: [...s.log], evaluations: [...s.evaluations] });

/** Adds an event to a state that is this caller's own. */
function added(state, { id, kind, data }) {
  const sequence = Number(id);
  if (sequence <= state.last) return state; // sent again after a broken connection
  state.last = sequence || state.last;
  if (kind === "progress") state.progress = data;
  else if (kind === "metrics") state.points.push({ ...data, sequence });
  else if (kind === "log") state.log.push({ sequence, kind, text: data.message });
  else if (kind === "stage" || kind === "checkpoint") state.stageEvents++;
  else if (kind === "evaluation") state.evaluations.push(data);
  else if (kind === "status") {
    state.statusEvents++;
    state.progress = data.status === "running" ? state.progress : null;
  }
  const text = lineOf(kind, data);
  if (text) state.log.push({ sequence, kind, text });
  return state;
}

function lineOf(kind, data) {
  if (kind === "status") return `${data.status}${data.cause ? `: ${data.cause}` : ""}${data.failure ? `: ${data.failure.message}` : ""}`;
  if (kind === "checkpoint") return `Checkpoint of stage ${data.stage} at iteration ${data.iteration}`;
  if (kind === "evaluation") return `Evaluated at iteration ${data.iteration}: mIoU ${percent(data.miou)}`;
  if (kind === "stage" && data.quality) return `Stage ${data.stage} has ended`;
  if (kind === "stage" && data.keptShare !== null) return `Stage ${data.stage} is prepared: ${percent(data.keptShare)} of the target's pixels are kept`;
  return null;
}

/** The curves so far, page by page. */
export async function allPoints(path, signal) {
  const points = [];
  let since = 0;
  for (;;) {
    const page = await api.get(`${path}/metrics`, { query: { since }, signal });
    points.push(...page.points);
    if (page.points.length === 0 || page.next === since) return { points, next: since };
    since = page.next;
  }
}
