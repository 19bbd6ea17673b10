import { existsSync } from 'node:fs';
import { expectedAnswers } from '@pipeline/datasets/synthetic';
import { readOutputs } from '@pipeline/emulator';
import { synthesizedTemplates } from './assembly';
import { allMatch, checkViews, type ViewChecks } from './check';
import { DataFolder, DataFolderError } from './data-folder';
import { readEnvironment } from './environment';
import { oneLine } from './one-line';
import { type AnswersOptions, parseOptions, UsageError } from './options';
import { renderChanges, viewsJson, viewTable } from './report';
import { ServeFailed, startServeProcess } from './serve-process';
import { type Answers, ViewsClient } from './views-client';

const DESCRIPTION =
  'Cleans and answers again over the data that is there, with the SQL as it is now, and says which answers differ.';

async function main(): Promise<number> {
  const options = parseOptions<AnswersOptions>('answers', DESCRIPTION, process.argv.slice(2));
  if (!options) return 0;
  if (!existsSync(options.data)) throw new DataFolderError(`no data in ${options.data}; run npm start first`);
  const templates = await synthesizedTemplates(options.env);
  const folder = DataFolder.open(options.data, readEnvironment(options.env, templates));

  const running = await runningClient(folder);
  const server = running
    ? undefined
    : await startServeProcess({
        ...options,
        outputs: folder.outputs,
        reset: false,
        port: 0,
        auth: 'none',
        limits: 'off',
        fsync: false,
      });
  const client = running ?? new ViewsClient(server!.viewsUrl);
  try {
    await client.rebuild();
    const after = await client.answers();
    const before = folder.readAnswers() as Answers | undefined;
    const changed = before && changedAnswers(before, after);
    folder.keepAnswers(after);
    const checks =
      folder.replayed &&
      checkViews(expectedAnswers(folder.replayed).views, (layer, name) => after[`${layer}.${name}`]!);
    process.stdout.write(
      `${options.json ? JSON.stringify({ changed, ...(checks && { views: viewsJson(checks) }) }) : render(changed, checks)}\n`,
    );
    return checks && !allMatch(checks) ? 1 : 0;
  } finally {
    await server?.stop();
  }
}

/** The pipeline that serves this folder just now, if one does. */
async function runningClient(folder: DataFolder): Promise<ViewsClient | undefined> {
  try {
    const { viewsUrl } = readOutputs('local', folder.outputs);
    if (!viewsUrl) return undefined;
    const health = await fetch(new URL('health', viewsUrl), { signal: AbortSignal.timeout(2_000) });
    const { dataFolder } = (await health.json()) as { dataFolder?: string };
    return dataFolder === folder.id ? new ViewsClient(viewsUrl) : undefined;
  } catch {
    // Nothing answers there: whatever wrote the file has ended.
    return undefined;
  }
}

/** Names of the answers, as `<layer>.<view>`, that are no longer what they were. */
function changedAnswers(before: Answers, after: Answers): string[] {
  return Object.keys(after).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

function render(changed: readonly string[] | undefined, checks: ViewChecks | undefined): string {
  const table = checks ? [...viewTable(checks), ''] : [];
  return [...table, ...(changed ? [renderChanges(changed)] : [])].join('\n');
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`${oneLine(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : error instanceof ServeFailed ? error.exitCode : 1;
  },
);
