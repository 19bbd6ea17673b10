import type { PartitionWriter, SinkContext } from './partition-writer';

const READ_RECORDS = 500;

/**
 * Finds dead letters that were stored before a crash, while the matching progress was not. Compares the topic, partition and offset in
 * their headers, so that no dead letter is written twice.
 */
export async function findStrayLetters(
  { log, settings }: SinkContext,
  writers: readonly PartitionWriter[],
): Promise<void> {
  const { deadLetterTopic: topic, hasContextHeaders } = settings;
  const partitions = topic === undefined || !hasContextHeaders ? 0 : (log.topic(topic)?.partitions ?? 0);
  for (let partition = 0; partition < partitions; partition += 1) {
    const end = log.endOffset(topic!, partition);
    for (let at = log.beginningOffset(topic!, partition); at < end; ) {
      const records = await log.read(topic!, partition, at, { maxRecords: READ_RECORDS });
      if (records.length === 0) break;
      for (const record of records) {
        const of = (name: string) => record.headers?.[`__connect.errors.${name}`];
        const offset = Number(of('offset'));
        const writer = writers.find((each) => each.topic === of('topic') && String(each.partition) === of('partition'));
        if (writer && offset >= writer.progress.refusedTo) writer.strayLetters.set(offset, record);
      }
      at = records.at(-1)!.offset + 1;
    }
  }
}
