// The public HTTP interface, and nothing beside it: whatever these pages show, another front end can fetch too.

const base = "/api/v1";

/** An event of the window: the server no longer knows who asks. */
export const unauthenticated = "udaseg-unauthenticated";

/** An RFC 9457 problem, or a failure to reach the server (status 0). */
export class Problem extends Error {
  constructor(body) {
    super(body.detail || body.title || "The request failed.");
    this.status = body.status ?? 0;
    this.code = body.code ?? "unreachable";
    this.title = body.title ?? "Failed";
    this.errors = body.errors ?? {};
    this.traceId = body.traceId;
    this.retryAfter = body.retryAfter;
  }
}

/** An address under the interface; a path that begins with "/api/", "/health/" or "/swagger/" is taken as it is. Undefined, null and empty values are left out. */
export function address(path, query) {
  const url = /^\/(api|health|swagger)\//.test(path) ? path : base + path;
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") parts.set(name, String(value));
  }
  return parts.size > 0 ? `${url}?${parts}` : url;
}

/** Fetches; anything but success becomes a Problem. */
export async function send(method, path, { query, headers, body, signal } = {}) {
  let answer;
  try {
    answer = await fetch(address(path, query), { method, headers, body, signal });
  } catch (fault) {
    if (fault.name === "AbortError") throw fault;
    throw new Problem({ title: "No answer", detail: "The server does not answer. Is it running?" });
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

async function problemOf(answer) {
  if (answer.status === 401) dispatchEvent(new Event(unauthenticated));
  const body = await answer.json().catch(() => ({ title: answer.statusText }));
  return new Problem({ ...body, status: answer.status, retryAfter: answer.headers.get("Retry-After") });
}

const json = (body, headers) => ({
  body: JSON.stringify(body ?? {}),
  headers: { "Content-Type": "application/json", Accept: "application/json", ...headers },
});

/** A POST that creates carries a key of its own, so that a retried request does not create twice. */
function idempotencyKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

async function parsed(answer) {
  return answer.status === 204 ? null : answer.json();
}

export const api = {
  get: async (path, options = {}) => parsed(await send("GET", path, { ...options, headers: { Accept: "application/json", ...options.headers } })),
  text: async (path, options) => (await send("GET", path, options)).text(),
  blob: async (path, options) => (await send("GET", path, options)).blob(),
  post: async (path, body, options = {}) =>
    parsed(await send("POST", path, { ...options, ...json(body, { "Idempotency-Key": idempotencyKey(), ...options.headers }) })),
  put: async (path, body, options = {}) => parsed(await send("PUT", path, { ...options, ...json(body, options.headers) })),
  delete: async (path, options) => parsed(await send("DELETE", path, options)),
  /** Every item of a list, page by page, up to `max`. */
  all: async (path, { max = 2000, signal, query } = {}) => {
    const items = [];
    let cursor;
    do {
      const page = await api.get(path, { query: { limit: Math.min(500, max), ...query, cursor }, signal });
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor && items.length < max);
    return items;
  },
};

/**
 * Sends a form or a raw file and tells how far it is (0..1); fetch cannot. Resolves to {data, headers: name => value}; `data` is JSON, or a Blob with `as: "blob"`.
 */
export function upload(path, body, { query, headers, accept = "application/json", as = "json", onProgress, signal } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address(path, query));
    for (const [name, value] of Object.entries({ Accept: accept, ...headers })) request.setRequestHeader(name, value);
    request.responseType = "blob";
    request.upload.onprogress = (e) => e.lengthComputable && onProgress?.(e.loaded / e.total);
    request.onerror = () => reject(new Problem({ title: "No answer", detail: "The connection broke while sending." }));
    request.onabort = () => reject(new DOMException("Aborted", "AbortError"));
    request.onload = async () => {
      if (request.status === 401) dispatchEvent(new Event(unauthenticated));
      const ok = request.status >= 200 && request.status < 300;
      if (ok && as === "blob") return resolve({ data: request.response, headers: (name) => request.getResponseHeader(name) });
      const text = await request.response.text();
      let data = null;
      try {
        data = text ? JSON.parse(text) : null;
      } catch {
        data = { detail: text.slice(0, 500) };
      }
      if (ok) resolve({ data, headers: (name) => request.getResponseHeader(name) });
      else reject(new Problem({ ...data, status: request.status, retryAfter: request.getResponseHeader("Retry-After") }));
    };
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(body);
  });
}
