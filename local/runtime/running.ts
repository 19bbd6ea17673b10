import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Outputs, OutputsError, readOutputs } from '@pipeline/cli/outputs';
import type { Health } from '../serving/contract';
import { PROJECT_FOLDER } from './assembly';
import { BLOCKS, FIRST_PORT, PORTS } from './ports';

const ASK_MS = 2_000;
/** For who waits for one that is known to be there, on a machine that may be busy. */
export const LONG_ASK_MS = 15_000;

/** A pipeline that answers on this machine. */
export interface Running {
  readonly viewsUrl: string;
  readonly health: Health;
}

/** What answers at an address, if it is a pipeline. */
export async function pipelineAt(viewsUrl: string, patienceMs = ASK_MS): Promise<Running | undefined> {
  try {
    const response = await fetch(new URL('health', viewsUrl), {
      signal: AbortSignal.timeout(patienceMs),
      redirect: 'error',
    });
    const health = (await response.json()) as Partial<Health> | null;
    return typeof health?.dataFolder === 'string' ? { viewsUrl, health: health as Health } : undefined;
  } catch {
    return undefined;
  }
}

/** Notes where a run over a data folder answers, so that `npm run status` finds it on any port. */
export function noteRunning(id: string, viewsUrl: string): void {
  mkdirSync(NOTES, { recursive: true });
  writeFileSync(join(NOTES, id), viewsUrl);
}

export function forgetRunning(id: string): void {
  rmSync(join(NOTES, id), { force: true });
}

const NOTES = join(PROJECT_FOLDER, '.cache', 'running');

/**
 * Every pipeline that answers on this machine: in the blocks of ports where a run without `--port` looks for room, whoever started it, and on
 * any other port when this clone started it. One that ended without a word is forgotten.
 */
export async function allRunning(): Promise<Running[]> {
  const blocks = Array.from({ length: BLOCKS }, (_, at) => `http://127.0.0.1:${FIRST_PORT + at * PORTS.length}/`);
  const noted = notes();
  const urls = [...new Set([...blocks, ...noted.map(({ viewsUrl }) => viewsUrl)])];
  const answers = await Promise.all(urls.map((url) => pipelineAt(url)));
  const running = answers.filter((answer) => answer !== undefined);
  const ids = new Set(running.map(({ health }) => health.dataFolder));
  for (const { id } of noted) if (!ids.has(id)) forgetRunning(id);
  return running.sort((a, b) => portOf(a) - portOf(b));
}

const portOf = ({ viewsUrl }: Running) => Number(new URL(viewsUrl).port);

function notes(): { id: string; viewsUrl: string }[] {
  try {
    return readdirSync(NOTES)
      .map((id) => ({ id, viewsUrl: readFileSync(join(NOTES, id), 'utf8') }))
      .filter(({ viewsUrl }) => /^http:\/\/127\.0\.0\.1:\d+\/$/.test(viewsUrl));
  } catch {
    return [];
  }
}

/** The other pipeline that an outputs folder describes, while that still runs; undefined when the folder is free to be written. */
export async function otherOwner(outputs: string, dataFolderId: string): Promise<Running | undefined> {
  const told = outputsIn(outputs);
  if (told?.viewsUrl === undefined) return undefined;
  const running = await pipelineAt(told.viewsUrl);
  return running?.health.dataFolder === dataFolderId ? undefined : running;
}

export function outputsIn(folder: string): Outputs | undefined {
  try {
    return readOutputs('local', folder);
  } catch (error) {
    if (error instanceof OutputsError) return undefined;
    throw error;
  }
}
