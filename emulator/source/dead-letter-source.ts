import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { UsageError } from '@pipeline/cli/option-values';
import { DATASETS, LAYERS } from '@pipeline/datasets/schema';
import { z } from 'zod';
import type { ReplayPost, ResumePoint } from '../send/replay-options';
import type { Source } from './source';

const letterSchema = z.object({
  layer: z.enum(LAYERS),
  dataset: z.enum(DATASETS),
  key: z.string(),
  value: z.json(),
});

/**
 * The records of a dead-letter file, in its order, each for the layer that it missed.
 *
 * @throws UsageError when there is no such file; reading throws where a line is no dead letter
 */
export function deadLetterSource(file: string): Source {
  if (!existsSync(file)) throw new UsageError(`--replay ${file}: no such file`);
  return {
    name: `dead letters of ${file}`,
    posts: undefined,
    open: (resume) => lettersIn(file, resume),
    close: async () => undefined,
  };
}

async function* lettersIn(file: string, { posts: settled }: ResumePoint): AsyncGenerator<ReplayPost> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line++ < settled) continue;
    yield { key: line, records: [letterOf(text, `${file}, line ${line}`)] };
  }
}

function letterOf(text: string, where: string): z.infer<typeof letterSchema> {
  try {
    const { layer, dataset, key, value } = letterSchema.parse(JSON.parse(text));
    return { layer, dataset, key, value };
  } catch (cause) {
    throw new Error(`${where} is no dead letter of the emulator; it begins ${JSON.stringify(text.slice(0, 60))}`, {
      cause,
    });
  }
}
