import type { Outputs } from '@pipeline/cli/outputs';
import { DATASETS } from '@pipeline/datasets/schema';
import { partitionFolder, sinkFile } from '@pipeline/datasets/sink-file';
import { contentOf, PREVIEW_LENGTH } from '../../local/runtime/browse/content';
import { type Handlers, Problem, wholeNumber } from '../../local/serving';
import type { FileEntry } from '../../local/serving/contract';
import type { Lake, LakeFile } from '../smoke/lake';
import type { Offsets } from '../smoke/topics';

/** Files that begin further before a partition's end are left out, so that no listing grows with the years. */
export const LISTED_RECORDS = 1_000_000;

const FILE = /^(?<folder>(?<topic>[^/]+)\/partition=\d+\/)(?<name>[^/]+)$/;

/** The newest files of an environment's lake, and what is in them. */
export function lakeHandlers(
  lake: () => Promise<Lake>,
  topics: Outputs['topics'],
  offsets: (topic: string) => Promise<Offsets>,
): Pick<Handlers, 'files' | 'fileLines'> {
  const known = DATASETS.map((dataset) => topics[dataset]);
  const newestOf = async (topic: string): Promise<FileEntry[]> => {
    const opened = await lake();
    const partitions = [...(await offsets(topic))];
    const listed = await Promise.all(
      partitions.map(async ([partition, { end }]) => {
        const folder = partitionFolder(topic, partition);
        const after = sinkFile(topic, partition, Math.max(0, end - LISTED_RECORDS));
        return (await opened.files(folder, after)).map((file) => entryOf(topic, partition, folder, file));
      }),
    );
    return listed.flat();
  };
  return {
    files: async ({ query }) => {
      const from = wholeNumber('from', query.from, { otherwise: 0, most: Number.MAX_SAFE_INTEGER });
      const limit = wholeNumber('limit', query.limit, { otherwise: 50, least: 1, most: 500 });
      const asked = query.log === undefined ? known : known.filter((topic) => topic === query.log);
      const files = (await Promise.all(asked.map(newestOf))).flat().sort((a, b) => b.closedMs - a.closedMs);
      return { files: files.slice(from, from + limit), total: files.length };
    },
    fileLines: async ({ query: { file = '', ...query } }) => {
      const { folder, topic, name } = FILE.exec(file)?.groups ?? {};
      if (topic === undefined || !known.includes(topic))
        throw new Problem(404, `no file '${file}' is in the lake; /files lists the newest`);
      const from = wholeNumber('from', query.from, { otherwise: 1, least: 1, most: Number.MAX_SAFE_INTEGER });
      const limit = wholeNumber('limit', query.limit, { otherwise: 50, least: 1, most: 500 });
      const text = await (await lake()).read(folder!, name!).catch((error: Error) => {
        throw new Problem(404, `${file} cannot be read: ${error.message}`);
      });
      const lines = text.split('\n').filter((line, at, all) => line !== '' || at < all.length - 1);
      return {
        file,
        from,
        lines: lines.slice(from - 1, from - 1 + limit).map((line) => contentOf(line, PREVIEW_LENGTH)),
        more: lines.length > from - 1 + limit,
      };
    },
  };
}

function entryOf(log: string, partition: number, folder: string, { name, bytes, closedMs }: LakeFile): FileEntry {
  const fromOffset = Number(/\+(\d+)\.[^.]+$/.exec(name)?.[1] ?? 0);
  return { file: folder + name, log, partition, fromOffset, bytes, closedMs, takenIn: null };
}
