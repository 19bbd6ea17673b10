import {
  type BeingComputed,
  ENDPOINTS,
  type EndpointName,
  type Endpoints,
  EVENTS_PATH,
  type Events,
  type Problem,
} from '@pipeline/local/serving/contract';

/** What one question to an endpoint carries. */
export interface Asked<Name extends EndpointName> {
  readonly params?: Endpoints[Name]['params'];
  readonly query?: Endpoints[Name]['query'];
  readonly body?: Endpoints[Name]['body'];
}

/** The runtime answered, and said no; the message is its sentence. */
export class Refused extends Error {
  override name = 'Refused';
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** It is being computed, and takes longer than a page waits: it is to be asked for again. */
export class StillComputing extends Error {
  override name = 'StillComputing';
  constructor(
    readonly what: string,
    readonly sinceMs: number,
  ) {
    super(`Computing ${what} …`);
  }
}

/** How long a page waits for what goes through whole tables before it says so. */
export const WITHIN = '800';

/** Nobody answered. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

/** Asks one endpoint. @throws Refused, StillComputing, Unreachable, or the signal's AbortError */
export async function ask<Name extends EndpointName>(
  name: Name,
  asked: Asked<Name> = {},
  signal?: AbortSignal,
): Promise<Endpoints[Name]['answer']> {
  const { method } = endpoint(name);
  const body = asked.body === undefined ? undefined : JSON.stringify(asked.body);
  const response = await fetch(addressOf(name, asked), {
    method,
    signal,
    ...(body !== undefined && { body, headers: { 'content-type': 'application/json' } }),
  }).catch((cause: Error) => {
    if (cause.name === 'AbortError') throw cause;
    throw new Unreachable('The pipeline does not answer.', { cause });
  });
  const text = await response.text().catch((cause: Error) => {
    if (cause.name === 'AbortError') throw cause;
    throw new Unreachable('The pipeline broke off its answer.', { cause });
  });
  if (!response.ok) throw new Refused(response.status, sentenceOf(text) ?? `The pipeline answered ${response.status}.`);
  if (response.status === 202) {
    const { computing, sinceMs } = JSON.parse(text) as BeingComputed;
    throw new StillComputing(computing, sinceMs);
  }
  return JSON.parse(text) as Endpoints[Name]['answer'];
}

/** Address of one endpoint with its values in place, for a link or a download. */
export function addressOf<Name extends EndpointName>(name: Name, { params, query }: Asked<Name> = {}): string {
  const values = (params ?? {}) as Readonly<Record<string, string>>;
  const path = endpoint(name).path.replace(/\{(\w+)\}/g, (_, variable: string) =>
    encodeURIComponent(values[variable] ?? ''),
  );
  const pairs = Object.entries((query ?? {}) as Readonly<Record<string, string | undefined>>).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '',
  );
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`;
}

/** The text at an address of ours. @throws Refused, Unreachable */
export async function fetchText(address: string): Promise<string> {
  const response = await fetch(address).catch((cause: Error) => {
    throw new Unreachable('The pipeline does not answer.', { cause });
  });
  const text = await response.text();
  if (!response.ok) throw new Refused(response.status, sentenceOf(text) ?? `The pipeline answered ${response.status}.`);
  return text;
}

/** Listens to the runtime's events until the returned function is called. Comes back by itself when the connection breaks. */
export function listen(
  handlers: {
    readonly [Name in keyof Events]: (data: Events[Name]) => void;
  } & { readonly lost: () => void },
): () => void {
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  const connect = () => {
    const opened = new EventSource(EVENTS_PATH);
    source = opened;
    for (const name of ['snapshot', 'change', 'heartbeat', 'bye'] as const) {
      opened.addEventListener(name, (event) => {
        heard();
        handlers[name](JSON.parse((event as MessageEvent<string>).data));
      });
    }
    opened.onerror = lost;
    heard();
  };
  const lost = () => {
    source?.close();
    clearTimeout(silence);
    clearTimeout(again);
    again = setTimeout(connect, RETRY_MS);
    handlers.lost();
  };
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(lost, SILENCE_MS);
  };
  connect();
  return () => {
    source?.close();
    clearTimeout(silence);
    clearTimeout(again);
  };
}

const RETRY_MS = 500;
/** Three heartbeats. */
const SILENCE_MS = 6_000;

function endpoint(name: EndpointName) {
  return ENDPOINTS.find((candidate) => candidate.name === name)!;
}

function sentenceOf(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as Partial<Problem>;
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
