import { type Dispatcher, Pool } from 'undici';

export interface TransportRequest {
  readonly method: 'POST' | 'PUT';
  /** Path on the server, beginning with '/'. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface TransportResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends requests over kept-alive connections. Rejects when no whole answer came, with the network's reason. */
export interface Transport {
  send(request: TransportRequest, signal: AbortSignal): Promise<TransportResponse>;
  close(): Promise<void>;
}

/** Longer answers than this, in bytes, are cut off as failed: 500 records answer in about 60 KB. */
const LONGEST_ANSWER = 16 * 1024 * 1024;

/** HTTP/1.1 to one origin with `connections` at most; a request without a whole answer after `timeoutMs` fails. */
export function httpTransport(origin: string, connections: number, timeoutMs: number): Transport {
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    // One deadline of our own covers the whole exchange; undici's would restart with every chunk.
    headersTimeout: 0,
    bodyTimeout: 0,
    connectTimeout: timeoutMs,
    keepAliveTimeout: 30_000,
    maxResponseSize: LONGEST_ANSWER,
  });
  return {
    send: (request, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        pool.dispatch(
          { method: request.method, path: request.path, headers: request.headers, body: request.body },
          new Exchange(resolve, reject, signal, timeoutMs),
        );
      }),
    close: () => pool.destroy(),
  };
}

class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private readonly timer: NodeJS.Timeout;
  private readonly onAbort: () => void;
  private status = 0;
  private headers: Record<string, string | string[] | undefined> = {};
  private first: Buffer | undefined;
  private more: Buffer[] | undefined;
  private settled = false;

  constructor(
    private readonly resolve: (response: TransportResponse) => void,
    private readonly reject: (error: unknown) => void,
    private readonly signal: AbortSignal,
    timeoutMs: number,
  ) {
    this.timer = setTimeout(() => this.stop(new Error(`no whole answer within ${timeoutMs} ms`)), timeoutMs);
    this.onAbort = () => this.stop(signal.reason as Error);
    signal.addEventListener('abort', this.onAbort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.settled) controller.abort(new Error('given up before it was sent'));
    this.controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.status = status;
    this.headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.first === undefined) this.first = chunk;
    else {
      this.more ??= [this.first];
      this.more.push(chunk);
    }
  }

  onResponseEnd(): void {
    if (!this.settle()) return;
    const body =
      this.more === undefined ? (this.first?.toString('utf8') ?? '') : Buffer.concat(this.more).toString('utf8');
    this.resolve({ status: this.status, headers: this.headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.settle()) this.reject(error);
  }

  private stop(error: Error): void {
    if (!this.settle()) return;
    this.reject(error);
    this.controller?.abort(error);
  }

  private settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    clearTimeout(this.timer);
    this.signal.removeEventListener('abort', this.onAbort);
    return true;
  }
}
