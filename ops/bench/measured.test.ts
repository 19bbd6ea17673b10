import { measured } from './measured';

/** Starts a process that keeps a core busy for a second and holds 200 MB, and prints what it knows of its own CPU time. */
const PROGRAM = `
  const { execFileSync } = require('node:child_process');
  process.stdout.write(execFileSync(process.execPath, ['-e', \`
    const held = Buffer.alloc(200 * 2 ** 20, 1);
    while (process.cpuUsage().user < 1_000_000);
    setTimeout(() => console.log(process.cpuUsage().user + process.cpuUsage().system, held.length), 300);
  \`]));
`;

test('the measure is of the command and of all that it starts', async () => {
  const { seconds, cpuSeconds, largestMB, togetherMB, stdout } = await measured(process.cwd(), process.execPath, [
    '-e',
    PROGRAM,
  ]);
  const own = Number(stdout.split(' ')[0]) / 1e6;
  // What the process that started it used comes on top; the last tenth of a second may lack.
  expect(cpuSeconds).toBeGreaterThan(own - 0.15);
  expect(cpuSeconds).toBeLessThan(own + 1);
  expect(seconds).toBeGreaterThan(1);
  expect(largestMB).toBeGreaterThan(200);
  expect(largestMB).toBeLessThan(400);
  // The process that started it is no smaller than a Node that does nothing.
  expect(togetherMB).toBeGreaterThan(largestMB + 20);
  expect(togetherMB).toBeLessThan(largestMB + 300);
});

test('a command that fails is told with its last lines', async () => {
  await expect(
    measured(process.cwd(), process.execPath, ['-e', 'console.error("no such post"); process.exit(3)']),
  ).rejects.toThrow(/ended with 3:\nno such post$/);
});
