const DISK_FULL = 'the disk is full: free some space and start again; what was acknowledged is kept';

/** Errors of the log that only another folder, or an empty one, can end. */
const DAMAGED = ['LogFolderError', 'LogDamagedError'];

/** What went wrong, for the person at the terminal; where the system's own words do not help, ours. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ((error as NodeJS.ErrnoException).code === 'ENOSPC' || /ENOSPC|no space left/i.test(error.message))
    return DISK_FULL;
  // What our own commands refuse is told whole, a line for each fault; what a library says goes on with what nobody asked for.
  if (exitCodeIn(error) !== undefined) return error.message;
  const [first] = withItsCause(error).split('\n');
  if (DAMAGED.includes(error.name)) return `${first}; --reset begins anew and deletes what is there`;
  return first || error.name;
}

/** 130 for work that was interrupted, what the error itself says where it does (2 for wrong usage), 1 for everything else. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof Error)) return 1;
  return error.name === 'AbortError' ? 130 : (exitCodeIn(error) ?? 1);
}

function exitCodeIn(error: Error): number | undefined {
  const { exitCode } = error as { exitCode?: unknown };
  return typeof exitCode === 'number' ? exitCode : undefined;
}

/** `fetch` says no more than that it failed; who did not answer stands in its cause. */
function withItsCause({ message, cause }: Error): string {
  const { message: why, code } = Object(cause) as { message?: string; code?: string };
  return message === 'fetch failed' && (why || code) ? `no answer: ${why || code}` : message;
}
