import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Verdict, withoutItsTool } from './verdict';

const ROOT = join(__dirname, '..', '..');
/** Exit code of a program that lacks a tool; its last line of stderr says which, and how to get it. */
const TOOL_MISSING = 3;

/** Runs a judge that is a program of ours and prints `N passed, N failed`. What it prints goes to our stderr as it comes. */
export async function runProgram(name: string, program: string): Promise<Verdict> {
  const tsx = pathToFileURL(require.resolve('tsx')).href;
  const { code, stdout, stderr } = await run(['--import', tsx, join(ROOT, program)]);
  if (code === TOOL_MISSING) return withoutItsTool(name, stderr.trim().split('\n').at(-1) ?? '');
  const counted = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(stdout)?.[1] ?? 0);
  const failed = counted('failed');
  return { passed: counted('passed'), failed: code === 0 ? failed : Math.max(1, failed), skipped: 0 };
}

function run(argv: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        printed[stream] += text;
        process.stderr.write(text);
      });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, ...printed }));
  });
}
