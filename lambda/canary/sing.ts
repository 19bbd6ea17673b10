import type { Pending, Row, Ways } from './ways';

export interface SongOptions {
  /** The environment's name, with which each mark begins. */
  readonly name: string;
  /** Minutes after which the sink closes a file. After this time the canary looks for the file. */
  readonly rotateMinutes: number;
  /** Partition key of the record in the stream. @default the row's own key */
  readonly streamKey?: string;
}

/** Minutes that a file may be late. */
const GRACE_MINUTES = 5;
/** Minutes after which the canary stops to report a record without a file. */
const FORGOTTEN_AFTER_MINUTES = 60;

/**
 * Sends this minute's record into both layers. Looks for it in the stream at once, and looks in the lake's files for the records of
 * earlier minutes. Its key is negative, so that cleaning puts it into quarantine (`key_invalid`): it does not change any answer.
 *
 * @returns a sentence for each fault; empty when there is none
 */
export async function sing(
  minute: number,
  ways: Ways,
  { name, rotateMinutes, streamKey }: SongOptions,
): Promise<string[]> {
  const faults: string[] = [];
  const row = rowOf(name, minute);
  const attempt = async (what: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      faults.push(`${what}: ${(error as Error).message}`);
    }
  };
  let pending: readonly Pending[] = [];
  await attempt('memory', async () => {
    pending = (await ways.pending()).filter((each) => minute - each.minute < FORGOTTEN_AFTER_MINUTES);
  });
  await attempt('speed layer', async () => {
    const { shard, sequenceNumber } = await ways.sendToStream(streamKey ?? String(row.index), row);
    const said = await ways.readStream(shard, sequenceNumber);
    if (said === undefined) throw new Error(`${row.canary} was acknowledged, but the stream does not have it`);
    if (!isSame(said, row)) throw new Error(`${row.canary} came out as ${said.slice(0, 200)}`);
  });
  await attempt('batch layer', async () => {
    const place = await ways.sendToTopic(String(row.index), row);
    pending = [...pending, { minute, ...place }];
  });

  const due = pending.filter((each) => minute - each.minute > rotateMinutes);
  for (const each of due) {
    await attempt('lake', async () => {
      const text = await ways.readFile(each);
      const mark = rowOf(name, each.minute).canary;
      if (text !== undefined && holds(text, each.offset, rowOf(name, each.minute))) {
        pending = pending.filter((other) => other !== each);
      } else if (minute - each.minute > rotateMinutes + GRACE_MINUTES) {
        throw new Error(
          `${mark}, offset ${each.offset} of partition ${each.partition}, is not in a file after ${minute - each.minute} minutes`,
        );
      }
    });
  }
  await attempt('memory', () => ways.keep(pending));
  return faults;
}

function rowOf(name: string, minute: number): Row {
  return { index: -minute, canary: `${name}/${minute}` };
}

function isSame(text: string, row: Row): boolean {
  try {
    const { index, canary } = JSON.parse(text) as Partial<Row>;
    return index === row.index && canary === row.canary;
  } catch {
    return false;
  }
}

/** Whether a file of the sink has the row with this offset. */
function holds(text: string, offset: number, row: Row): boolean {
  return text.split('\n').some((line) => {
    if (!line.includes(row.canary) || !isSame(line, row)) return false;
    return (JSON.parse(line) as { kafka_offset?: unknown }).kafka_offset === offset;
  });
}
