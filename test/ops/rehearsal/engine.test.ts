import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '../../../ops/rehearsal/engine';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engine-'));
  mkdirSync(join(folder, 'tmp'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const given = (python: string, port?: number) =>
  startEngine({
    python,
    scratch: { home: join(folder, 'home'), temporary: join(folder, 'tmp') },
    region: 'us-east-1',
    port,
    patienceSeconds: 5,
  });

test('an engine that ends at once is told with its last words, and is not waited for', async () => {
  const began = Date.now();
  // Node reads the Python program as its own, and says what it thinks of it.
  await expect(given(process.execPath)).rejects.toThrow(
    /^the CloudFormation engine ended by itself: [\s\S]*bad option: -B/,
  );
  expect(Date.now() - began).toBeLessThan(10_000);
});

test('a Python that is not there is an error, and no hanging', async () => {
  await expect(given(join(folder, 'no-python'))).rejects.toThrow('ENOENT');
});

test('a port that is in use is an error that says so, before anything is started', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await expect(given('/nothing', port)).rejects.toThrow(
    `port ${port} for the CloudFormation engine is in use by another program; pass --port with another one, or --port 0 for a free one`,
  );
  server.close();
});
