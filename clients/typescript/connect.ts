// A client that sends the key, pages as one sequence, and a run's events. The operations themselves are in udaseg.ts, which is generated.
import { Problem, UdaSegClient, UdaSegException } from './udaseg.js';

export * from './udaseg.js';

export interface ConnectOptions {
    /** Sent as X-Api-Key; left out for a server without keys. */
    apiKey?: string;
    /** In place of the platform's own. */
    fetch?: typeof globalThis.fetch;
}

type Fetch = (url: RequestInfo, init?: RequestInit) => Promise<Response>;

function fetchWith(options: ConnectOptions): Fetch {
    const plain = options.fetch ?? globalThis.fetch;
    return (url, init) => {
        const headers = new Headers(init?.headers);
        if (options.apiKey !== undefined) headers.set('X-Api-Key', options.apiKey);
        return plain(url, { ...init, headers });
    };
}

/** A client of the service at an address such as http://127.0.0.1:5080. In a browser the service must name the page's origin in UdaSeg:Cors:Origins. */
export function connect(server: string, options: ConnectOptions = {}): UdaSegClient {
    return new UdaSegClient(server.replace(/\/+$/, ''), { fetch: fetchWith(options) });
}

/** What the service said when it refused or failed; undefined for any other error. `code` is stable: switch on it. */
export function problemOf(error: unknown): Problem | undefined {
    const result = error instanceof UdaSegException ? error.result : undefined;
    return typeof result?.code === 'string' ? result : undefined;
}

/** A list as one sequence; a page is fetched when it is reached: `for await (const set of pages((cursor) => api.listDatasets(200, cursor)))`. */
export async function* pages<T>(fetchPage: (cursor?: string) => Promise<{ items: T[]; nextCursor?: string | null }>): AsyncGenerator<T> {
    let cursor: string | undefined;
    do {
        const page = await fetchPage(cursor);
        yield* page.items;
        cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
}

export interface RunEvent {
    /** Of the last event seen: give it to `followTrainingRun` to go on from there. */
    id: string | undefined;
    kind: string;
    data: any;
}

export interface FollowOptions extends ConnectOptions {
    lastEventId?: string;
    signal?: AbortSignal;
}

/** A run's events until the run has ended. A stream that ends before is taken up after its last event; a broken connection is the caller's to try again. */
export async function* followTrainingRun(server: string, run: string, options: FollowOptions = {}): AsyncGenerator<RunEvent> {
    const send = fetchWith(options);
    const url = `${server.replace(/\/+$/, '')}/api/v1/training-runs/${encodeURIComponent(run)}/events`;
    let last = options.lastEventId;
    while (true) {
        const headers: Record<string, string> = { Accept: 'text/event-stream' };
        if (last !== undefined) headers['Last-Event-ID'] = last;
        const answer = await send(url, { headers, signal: options.signal });
        if (answer.status === 204) return;
        if (!answer.ok || answer.body === null) {
            const text = await answer.text();
            const problem = answer.headers.get('Content-Type')?.startsWith('application/problem+json') ? JSON.parse(text) : null;
            throw new UdaSegException(answer.statusText, answer.status, text, {}, problem);
        }

        const before = last;
        for await (const block of blocks(answer.body)) {
            const event = parse(block);
            last = event.id ?? last;
            if (event.kind !== 'keepAlive') yield { ...event, id: last };
        }

        if (last === before) await new Promise((resolve) => setTimeout(resolve, 2000)); // before a stream that brought nothing is opened again
    }
}

/** What stands between empty lines. An unfinished block at the end is no event. */
async function* blocks(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let text = '';
    try {
        while (true) {
            const { done, value } = await reader.read();
            if (done) return;
            const parts = (text + decoder.decode(value, { stream: true })).split('\n\n');
            text = parts.pop() ?? '';
            yield* parts;
        }
    } finally {
        await reader.cancel();
    }
}

function parse(block: string): RunEvent {
    const lines = block.split('\n').map((line) => /^([^:]*): ?(.*)$/.exec(line)).filter((match) => match !== null);
    const values = (name: string) => lines.filter((match) => match[1] === name).map((match) => match[2]);
    return { id: values('id').at(-1), kind: values('event').at(-1) ?? 'message', data: JSON.parse(values('data').join('\n') || 'null') };
}
