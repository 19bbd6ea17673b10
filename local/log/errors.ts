/** The folder cannot be opened as a log: it holds other files, is damaged, or was written by another version. Says what to do. */
export class LogFolderError extends Error {
  override readonly name = 'LogFolderError';
}

/** The disk or the log is full; the append was not stored, not even in part. */
export class LogFullError extends Error {
  override readonly name = 'LogFullError';
}

/** The store refused a commit for another reason; the append was not stored, not even in part. */
export class LogWriteError extends Error {
  override readonly name = 'LogWriteError';
}

/** Stored bytes differ from what was written: a checksum fails or records are missing. */
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
