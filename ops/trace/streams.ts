import { setTimeout as pause } from 'node:timers/promises';
import { DATASETS } from '@pipeline/datasets/schema';
import { type TailedRecord, tail } from '@pipeline/emulator/tail';
import type { TracedRecord } from '../../local/serving/contract';
import type { CloudTraceOptions, Look } from './cloud-trace';
import { holdsKey, seenRecord } from './post-record';

/** Reads every stream from its beginning to where it ends now, and keeps the records of the post. */
export async function lookInStreams({ outputs, key, waitSeconds, say, signal }: CloudTraceOptions): Promise<Look> {
  const records: TracedRecord[] = [];
  const enough = new AbortController();
  let read = 0;
  const reading = tail(
    {
      outputs,
      datasets: DATASETS,
      from: 'beginning',
      until: 'now',
      signal: AbortSignal.any([signal, enough.signal]),
    },
    (record) => {
      read++;
      if (record.key === key || holdsKey(textOf(record.value), key)) records.push(found(record, outputs.streams));
    },
  );
  const progress = setInterval(() => say(`streams: ${read.toLocaleString('en-US')} records read …`), 5_000);
  try {
    const isWhole = await Promise.race([
      reading.then(() => true),
      pause(waitSeconds * 1000, false, { signal: enough.signal, ref: false }),
    ]);
    const what = `the streams ${[...new Set(Object.values(outputs.streams))].join(', ')}`;
    const amount = `${read.toLocaleString('en-US')} records`;
    if (isWhole && !signal.aborted) return { records, looked: [`${what}: all of their ${amount}`], notLooked: [] };
    return {
      records,
      looked: [`${what}: their oldest ${amount}`],
      notLooked: [
        {
          where: 'what came into the streams later',
          why: signal.aborted ? 'it was stopped' : `reading took longer than ${waitSeconds} s; --wait gives it more`,
        },
      ],
    };
  } finally {
    clearInterval(progress);
    enough.abort();
    await reading.catch(() => {});
  }
}

function found(
  { dataset, shard, sequenceNumber, arrivedAt }: TailedRecord,
  streams: Record<string, string>,
): TracedRecord {
  const log = streams[dataset]!;
  return seenRecord({
    layer: 'speed',
    dataset,
    log,
    partition: Number(shard.slice(shard.lastIndexOf('-') + 1)),
    offset: null,
    sequenceNumber,
    storedMs: arrivedAt.getTime(),
    stored: `stream ${log}, ${shard}, sequence number ${sequenceNumber}`,
  });
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
