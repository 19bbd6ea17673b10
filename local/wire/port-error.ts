/** The port is in use or cannot be opened. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

/** Why nobody can listen on a port, from what the system says, and what to do about it. */
export function portError(port: number, purpose: string, cause: NodeJS.ErrnoException): PortError {
  const why = cause.code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be opened (${cause.code})`;
  const advice = 'pass --port with another one, or --port 0 for a free one';
  return new PortError(`port ${port} for ${purpose} ${why}; ${advice}`, { cause });
}
