// An answer's masks as arrays, decoded away from the page's own thread.
import { useEffect, useState } from "../../lib/html.js";

let worker = null;
let tickets = 0;
const waiting = new Map();

function decode(answer) {
  if (!worker) {
    worker = new Worker(new URL("./decoder.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      const { resolve, reject } = waiting.get(data.ticket);
      waiting.delete(data.ticket);
      if (data.fault) reject(new Error(`The masks cannot be read: ${data.fault}`));
      else resolve(data);
    };
    worker.onerror = (e) => {
      for (const { reject } of waiting.values()) reject(new Error(e.message || "The masks' decoder does not start."));
      waiting.clear();
      worker = null;
    };
  }
  return new Promise((resolve, reject) => {
    const ticket = ++tickets;
    waiting.set(ticket, { resolve, reject });
    const { segments, width, height, confidenceMask } = answer;
    worker.postMessage({ ticket, answer: { segments, width, height, confidenceMask } });
  });
}

/** `{labels, confidence}` of an answer, or null until they are there; arrays are kept of the pictures on show only. */
export function useMasks(answer) {
  const [state, setState] = useState({ of: null, masks: null, problem: null });
  useEffect(() => {
    if (!answer) return;
    let gone = false;
    decode(answer).then(
      ({ labels, confidence }) => gone || setState({ of: answer, masks: { labels, confidence }, problem: null }),
      (problem) => gone || setState({ of: answer, masks: null, problem }),
    );
    return () => {
      gone = true;
    };
  }, [answer]);
  return state.of === answer ? state : { masks: null, problem: null };
}
