import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived, with what was answered. */
export interface Download {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** A running site. */
export interface Downloads {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  readonly requests: readonly Download[];
  /** Offers a file under a name; gives its address and SHA-256, as artefacts.lock.json keeps them. */
  offer(name: string, content: Buffer): { url: string; sha256: string };
  /** Answers the next request with this status, and none of the file. */
  failNext(status: number): void;
  close(): Promise<void>;
}

/**
 * A site that files are downloaded from, as Confluent's hub and Maven's repository are. Strict: GET alone, exact paths alone,
 * and no file before it is offered.
 */
export async function startDownloads(): Promise<Downloads> {
  const files = new Map<string, Buffer>();
  const requests: Download[] = [];
  const failures: number[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const file = files.get(path);
    const status = failures.shift() ?? (request.method !== 'GET' ? 405 : file === undefined ? 404 : 200);
    requests.push({ method: request.method ?? '', path, status });
    if (status !== 200) response.writeHead(status, { 'content-type': 'text/plain' }).end(`${status}\n`);
    else response.writeHead(200, { 'content-type': 'application/zip', 'content-length': file!.length }).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    offer(name, content) {
      files.set(`/${name}`, content);
      return { url: `${url}/${name}`, sha256: createHash('sha256').update(content).digest('hex') };
    },
    failNext: (status) => void failures.push(status),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}
