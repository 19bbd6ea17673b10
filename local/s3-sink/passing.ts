import { LogFullError, LogWriteError } from '../log';
import { TopicsError } from '../topics';

/**
 * Whether an error is the disk's, or a Kafka's that does not answer, and may pass: the sink then tries again by itself. Everything else stops it, as Connect's task stops:
 * what is wrong with settings, records or our own code is the same the next time.
 */
export function mayPass(error: unknown): boolean {
  if (error instanceof LogFullError || error instanceof LogWriteError || error instanceof TopicsError) return true;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall !== undefined && typeof code === 'string' && /^E[A-Z]+$/.test(code);
}
