import '@pipeline/cli/node-version';
import { existsSync } from 'node:fs';
import { runCommand, say } from '@pipeline/cli/command';
import { UsageError } from '@pipeline/cli/option-values';
import { parseCommandLine } from '@pipeline/cli/options';
import { namesOf } from '@pipeline/datasets/names';
import { DATASETS } from '@pipeline/datasets/schema';
import { examine, linesOf, probeLines, renderFindings, sinkFiles, Truth } from './doctor/index';
import { DOCTOR_DESCRIPTION, DOCTOR_OPTIONS, type DoctorOptions } from './doctor/options';
import { runningClient } from './report/running-client';
import { DataFolder, DataFolderError } from './runtime/data-folder';

async function main(): Promise<number> {
  const parsed = parseCommandLine<DoctorOptions>(
    {
      name: 'npm run doctor --',
      description: DOCTOR_DESCRIPTION,
      options: DOCTOR_OPTIONS,
      words: {
        name: 'file',
        help: 'files and folders: tables are known by their columns, answers by their names and columns',
      },
    },
    process.argv.slice(2),
  );
  if (!parsed) return 0;
  const { options, words } = parsed;
  if (words.length === 0)
    throw new UsageError('pass the files or folders to look at; npm run doctor -- --help says more');
  const truth = options.wholeSource ? await Truth.ofLines(linesOf(options)) : await truthOfFolder(options.data);
  let probes: Promise<Truth> | undefined;
  const findings = await examine({
    truth,
    probes: () => (probes ??= Truth.ofLines(probeLines())),
    paths: words,
    columns: options.column ?? {},
    deadlineMs: Date.now() + 30_000,
  });
  process.stdout.write(`${options.json ? JSON.stringify({ findings }) : renderFindings(findings)}\n`);
  return findings.every(({ verdict }) => verdict === 'right') ? 0 : 1;
}

/** What the batch layer's files hold; a pipeline that runs closes those that are open first. */
async function truthOfFolder(data: string): Promise<Truth> {
  if (!existsSync(data))
    throw new DataFolderError(
      `no data in ${data}; npm start makes it, --whole-source does without, --data names another`,
    );
  const folder = DataFolder.open(data);
  await (await runningClient(folder))?.flush();
  const files = sinkFiles(folder.bucket, namesOf(folder.userId).topics);
  if (DATASETS.every((dataset) => files[dataset].length === 0))
    throw new DataFolderError(
      `${folder.bucket} holds no file of the batch layer yet; send posts, or pass --whole-source for the right answers of a whole source`,
    );
  const truth = await Truth.ofFiles(files);
  say(`Held against the records in ${folder.bucket}.`);
  return truth;
}

runCommand(main);
