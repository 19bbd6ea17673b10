import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureSpark } from '../toolchain/ensure-python';

/** `tsx ops/bench-spark.ts [posts]`: prints the bench rows of the Spark half, one JSON object a line. */
async function main(): Promise<number> {
  const { python, jars } = await ensureSpark((sentence) => console.error(sentence));
  const script = join(__dirname, '../test/spark/bench.py');
  const child = spawn(python, ['-B', script, jars, ...process.argv.slice(2)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((done, fail) => child.on('error', fail).on('close', (status) => done(status ?? 1)));
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
