import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { perDataset } from '@pipeline/datasets/schema';
import type { Target } from '../index';

const NAMES = perDataset((dataset) => `bench.${dataset}`);

/** Runs `use` against a server that only answers, as if each request held `records` records. */
export function withBareServer<T>(records: number, use: (target: Target) => Promise<T>): Promise<T> {
  return withServer(path.join(__dirname, 'bare-server.ts'), [String(records)], use);
}

/** Runs `use` against a program that prints its port and ends with its standard input. */
export async function withServer<T>(
  program: string,
  args: readonly string[],
  use: (target: Target) => Promise<T>,
): Promise<T> {
  const server = spawn(process.execPath, ['--import', require.resolve('tsx'), program, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const apiUrl = `http://127.0.0.1:${await firstLine(server)}/dev/`;
    return await use({ apiUrl, region: 'us-east-1', auth: 'none', topics: NAMES, streams: NAMES });
  } finally {
    server.kill();
    await once(server, 'exit');
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('the server to compare with ended without saying its port');
}
