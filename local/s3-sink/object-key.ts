import type { SinkSettings } from './settings';

type Naming = Pick<
  SinkSettings,
  'topicsDir' | 'directoryDelimiter' | 'fileDelimiter' | 'offsetWidth' | 'format' | 'gzipLevel'
>;

/** Key of the object whose first record has this offset. On the laptop it is the file's path below the bucket's folder. */
export function objectKey(
  naming: Naming,
  {
    topic,
    encodedPartition,
    partition,
    startOffset,
  }: {
    readonly topic: string;
    readonly encodedPartition: string;
    readonly partition: number;
    readonly startOffset: number;
  },
): string {
  const { topicsDir, directoryDelimiter, fileDelimiter, offsetWidth, format, gzipLevel } = naming;
  const offset = String(startOffset).padStart(offsetWidth, '0');
  const extension = gzipLevel === undefined ? format.extension : `${format.extension}.gz`;
  const file = [topic, partition, offset].join(fileDelimiter) + extension;
  return [...(topicsDir === '' ? [] : [topicsDir]), topic, encodedPartition, file].join(directoryDelimiter);
}

/** The start offset in the file name of a topic and partition; undefined for any other file. */
export function startOffsetIn(
  { fileDelimiter, format, gzipLevel }: Naming,
  { topic, partition, file }: { readonly topic: string; readonly partition: number; readonly file: string },
): number | undefined {
  const head = [topic, partition, ''].join(fileDelimiter);
  const tail = gzipLevel === undefined ? format.extension : `${format.extension}.gz`;
  if (!file.startsWith(head) || !file.endsWith(tail)) return undefined;
  const offset = file.slice(head.length, file.length - tail.length);
  return /^\d+$/.test(offset) ? Number(offset) : undefined;
}
