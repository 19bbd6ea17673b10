/** The folder cannot be opened as a log: not ours, damaged, or written by another version. Says what to do. */
export class LogFolderError extends Error {
  override readonly name = 'LogFolderError';
}

/** Neither the disk nor the log's maximum has room; nothing of the append was stored. */
export class LogFullError extends Error {
  override readonly name = 'LogFullError';
}

/** The store refused a commit for another reason; nothing of the append was stored. */
export class LogWriteError extends Error {
  override readonly name = 'LogWriteError';
}

/** Stored bytes are not what was written: a checksum fails or records are missing. */
export class LogDamagedError extends Error {
  override readonly name = 'LogDamagedError';
}

export class LogClosedError extends Error {
  override readonly name = 'LogClosedError';
}

export class UnknownTopicError extends Error {
  override readonly name = 'UnknownTopicError';
}

export class UnknownPartitionError extends Error {
  override readonly name = 'UnknownPartitionError';
}

export class TopicExistsError extends Error {
  override readonly name = 'TopicExistsError';
}
