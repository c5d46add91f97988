// Server-Sent Events over fetch: the browser's EventSource does not tell why it was refused.
import { Problem, send } from "./api.js";

/**
 * Follows a stream until it ends (the server has nothing more to tell), and comes back after a break with the last id it saw.
 * @param {string} path
 * @param {{onEvent: (e: {id: string, kind: string, data: any}) => void, onState?: (s: "open" | "waiting" | "ended") => void, signal: AbortSignal,
 * after?: string}} options `after`: an id that was seen before; what came up to it is not sent again.
 */
export async function follow(path, { onEvent, onState, signal, after = null }) {
  let last = after;
  let wait = 1000;
  while (!signal.aborted) {
    try {
      const answer = await send("GET", path, { headers: { Accept: "text/event-stream", ...(last ? { "Last-Event-ID": last } : {}) }, signal });
      if (answer.status === 204) break;
      onState?.("open");
      wait = 1000;
      for await (const event of parse(answer.body)) {
        if (event.id) last = event.id;
        onEvent(event);
      }
      // The end of the stream may be the server's own: asking again tells, as a stream with nothing to come is answered 204.
    } catch (fault) {
      if (signal.aborted) return;
      if (fault instanceof Problem && fault.status >= 400 && fault.status < 500) throw fault;
      onState?.("waiting");
      await pause(wait, signal);
      wait = Math.min(wait * 2, 15000);
    }
  }
  if (!signal.aborted) onState?.("ended");
}

const pause = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

/** Events of a byte stream, in the grammar of the HTML standard. */
export async function* parse(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let event = { id: "", kind: "message", lines: [] };
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split(/\r\n|\n|\r/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (event.lines.length > 0) yield { id: event.id, kind: event.kind, data: JSON.parse(event.lines.join("\n")) };
        event = { id: event.id, kind: "message", lines: [] };
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const text = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
      if (field === "id") event.id = text;
      else if (field === "event") event.kind = text;
      else if (field === "data") event.lines.push(text);
    }
  }
}
