import { LogFullError, LogWriteError } from '../log';
import { TopicsError } from '../topics';

/**
 * Whether an error may pass: one of the disk, such as a full disk, or of a Kafka that does not answer. The sink then tries again. Any other error stops
 * it, as in Connect, because wrong settings, wrong records and bugs stay the same at the next try.
 */
export function mayPass(error: unknown): boolean {
  if (error instanceof LogFullError || error instanceof LogWriteError || error instanceof TopicsError) return true;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall !== undefined && typeof code === 'string' && /^E[A-Z]+$/.test(code);
}
