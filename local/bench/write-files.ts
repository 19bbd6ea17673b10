import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DATASETS, type Dataset, perDataset, SINK_FIELDS } from '@pipeline/datasets/schema';
import { partitionFolder, sinkFile, TOPICS_FOLDER } from '@pipeline/datasets/sink-file';
import { syntheticPosts } from '@pipeline/datasets/synthetic';

const LINES_PER_FILE = 5_000;
export const FILE_TOPICS = perDataset((dataset) => `bench.${dataset}`);

/** Writes the files of so many synthetic posts below a bucket's root, as the sink would, all into one partition of each topic. */
export async function writeFiles(root: string, posts: number): Promise<void> {
  const offsets = perDataset(() => 0);
  const lines = perDataset((): string[] => []);
  const close = async (dataset: Dataset) => {
    const topic = FILE_TOPICS[dataset];
    const folder = join(root, TOPICS_FOLDER, partitionFolder(topic, 0));
    mkdirSync(folder, { recursive: true });
    const start = offsets[dataset] - lines[dataset].length;
    const file = createWriteStream(join(folder, `${sinkFile(topic, 0, start)}.json`));
    file.end(lines[dataset].join(''));
    await once(file, 'close');
    lines[dataset] = [];
  };
  for (const { records } of syntheticPosts({ seed: 100, posts })) {
    for (const { dataset, value } of records) {
      const arrival = {
        [SINK_FIELDS.partition]: 0,
        [SINK_FIELDS.offset]: offsets[dataset]++,
        [SINK_FIELDS.timestamp]: 1_700_000_000_000,
      };
      lines[dataset].push(`${JSON.stringify({ ...(value as object), ...arrival })}\n`);
      if (lines[dataset].length === LINES_PER_FILE) await close(dataset);
    }
  }
  for (const dataset of DATASETS) if (lines[dataset].length > 0) await close(dataset);
}
