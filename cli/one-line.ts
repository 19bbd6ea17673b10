const DISK_FULL = 'the disk is full: free some space and start again; what was acknowledged is kept';

/** Errors of the log that only another folder, or an empty one, can end. */
const DAMAGED = ['LogFolderError', 'LogDamagedError'];

/** One line that says what went wrong; where the system's own words do not help, ours. */
export function oneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC' || /ENOSPC|no space left/i.test(error.message))
    return DISK_FULL;
  const [first] = error.message.split('\n');
  if (DAMAGED.includes(error.name)) return `${first}; --reset begins anew and deletes what is there`;
  return first || error.name;
}
