/** Folder of the S3 sink below the bucket's root, `topics.dir` of its connector. */
export const TOPICS_FOLDER = 'topics';

/** Digits of the offset in a file's name: Connect's default of `filename.offset.zero.pad.width`, which the connector keeps. */
const OFFSET_DIGITS = 10;

/** Folder of a partition's files below `TOPICS_FOLDER`, `<topic>/partition=<n>/`. */
export const partitionFolder = (topic: string, partition: number): string => `${topic}/partition=${partition}/`;

/** Name of the file whose first record has this offset, `<topic>+<n>+<offset>`, without its ending. Names are in the order of offsets. */
export const sinkFile = (topic: string, partition: number, offset: number): string =>
  `${topic}+${partition}+${String(offset).padStart(OFFSET_DIGITS, '0')}`;
