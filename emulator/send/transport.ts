import { Client, type Dispatcher } from 'undici';

export interface TransportRequest {
  readonly method: 'POST' | 'PUT';
  /** Path on the server, beginning with '/'. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface TransportResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Longer answers than this, in bytes, are failures: 500 records answer in about 60 KB. */
const LONGEST_ANSWER = 16 * 1024 * 1024;

/**
 * HTTP/1.1 to one origin, over connections that are kept alive. Each connection carries one request at a time; all share one
 * watch over the deadlines, because a timer for each request would cost more than the request.
 */
export class Transport {
  private readonly connections: Connection[] = [];
  private readonly watch: NodeJS.Timeout;

  /** @param timeoutMs a request without a whole answer for this long fails; found out within a quarter of it */
  constructor(
    private readonly origin: string,
    private readonly timeoutMs: number,
  ) {
    this.watch = setInterval(() => this.stopOverdue(), Math.max(1, Math.min(1_000, timeoutMs / 4)));
  }

  /** One more connection; it is opened when it is first used, and again after it broke. */
  connect(): Connection {
    const connection = new Connection(this.origin, this.timeoutMs);
    this.connections.push(connection);
    return connection;
  }

  private stopOverdue(): void {
    const now = performance.now();
    for (const connection of this.connections) connection.stopIfOverdue(now);
  }

  /** Ends every connection; requests under way are rejected with `reason`. */
  async close(reason: Error): Promise<void> {
    clearInterval(this.watch);
    await Promise.all(this.connections.map((connection) => connection.close(reason)));
  }
}

/** A connection for one request after the other. */
export class Connection {
  private readonly client: Client;
  private current: Exchange | undefined;

  constructor(
    origin: string,
    private readonly timeoutMs: number,
  ) {
    this.client = new Client(origin, {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      connectTimeout: timeoutMs,
      keepAliveTimeout: 30_000,
      maxResponseSize: LONGEST_ANSWER,
    });
  }

  /** Rejects when no whole answer came, with the network's reason. */
  send(request: TransportRequest): Promise<TransportResponse> {
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(resolve, reject, performance.now() + this.timeoutMs);
      this.current = exchange;
      this.client.dispatch(request as Dispatcher.DispatchOptions, exchange);
    });
  }

  stopIfOverdue(now: number): void {
    if (this.current !== undefined && now >= this.current.deadline) {
      this.current.stop(new Error(`no whole answer within ${this.timeoutMs} ms`));
    }
  }

  async close(reason: Error): Promise<void> {
    this.current?.stop(reason);
    await this.client.destroy(reason);
  }
}

class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private status = 0;
  private headers: Headers = {};
  private chunk: Buffer | undefined;
  private chunks: Buffer[] | undefined;
  private isOver = false;

  constructor(
    private readonly resolve: (response: TransportResponse) => void,
    private readonly reject: (error: unknown) => void,
    readonly deadline: number,
  ) {}

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.isOver) controller.abort(new Error('given up before it was sent'));
    this.controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    this.status = status;
    this.headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.chunk === undefined) this.chunk = chunk;
    else {
      this.chunks ??= [this.chunk];
      this.chunks.push(chunk);
    }
  }

  onResponseEnd(): void {
    if (this.isOver) return;
    this.isOver = true;
    const body = this.chunks === undefined ? this.chunk : Buffer.concat(this.chunks);
    this.resolve({ status: this.status, headers: this.headers, body: body?.toString('utf8') ?? '' });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.isOver) return;
    this.isOver = true;
    this.reject(error);
  }

  stop(error: Error): void {
    this.onResponseError(this.controller!, error);
    this.controller?.abort(error);
  }
}
