import { listen } from '../wire/listener';
import { PortError } from '../wire/port-error';

/** Who listens where, counted from the port of the API. */
export const PORTS = ['the API', 'the Kinesis endpoint', 'the Kafka REST proxy', 'the S3 endpoint'];

/** Where a run without `--port` looks first for a free block. */
export const FIRST_PORT = 8080;
/** How many blocks it looks at: as many as a classroom has runs on one machine, and some more. */
export const BLOCKS = 64;

/**
 * What a run needs to listen on. Asked before anything is opened, let alone deleted.
 *
 * @throws PortError
 */
export async function refuseTakenPorts(port: number): Promise<void> {
  if (port === 0) return;
  for (const [by, purpose] of PORTS.entries()) {
    const listening = await listen({ port: port + by, purpose, handle: () => Promise.reject(new Error('not yet')) });
    await listening.close();
  }
}

export interface FreeBlock {
  readonly port: number;
  /** Why it is not the first that was looked at. */
  readonly taken: PortError | undefined;
}

/**
 * The first block of ports, from that port on, in which all are free.
 *
 * @throws PortError when there is none
 */
export async function freeBlock(from = FIRST_PORT): Promise<FreeBlock> {
  let taken: PortError | undefined;
  for (let port = from; port < FIRST_PORT + BLOCKS * PORTS.length; port += PORTS.length) {
    try {
      await refuseTakenPorts(port);
      return { port, taken };
    } catch (error) {
      if (!(error instanceof PortError)) throw error;
      taken ??= error;
    }
  }
  throw new PortError(
    `none of the ${BLOCKS} blocks of ${PORTS.length} ports from ${FIRST_PORT} on is free; npm run status lists what runs, --port 0 picks free ones`,
  );
}
