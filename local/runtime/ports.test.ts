import { type Listening, listen } from '../wire/listener';
import { PortError } from '../wire/port-error';
import { FIRST_PORT, freeBlock, PORTS, refuseTakenPorts } from './ports';

const open: Listening[] = [];

afterEach(async () => {
  for (const listening of open.splice(0)) await listening.close();
});

async function take(port: number): Promise<number> {
  const listening = await listen({
    port,
    purpose: 'the test',
    handle: async () => ({ status: 200, headers: {}, body: '' }),
  });
  open.push(listening);
  return listening.port;
}

test('a block of which one port is taken is passed over, and why is told', async () => {
  const first = await freeBlock();
  expect((first.port - FIRST_PORT) % PORTS.length).toBe(0);
  const third = await take(first.port + 2);
  const next = await freeBlock(first.port);
  expect(next.port).toBeGreaterThanOrEqual(first.port + 4);
  expect(next.taken?.message).toMatch(
    new RegExp(`^port ${third} for the Kafka REST proxy is in use by another program;`),
  );
});

test('a port that was named and is taken is an error that says which of the four', async () => {
  const port = await take(0);
  await expect(refuseTakenPorts(port)).rejects.toThrow(
    `port ${port} for the API is in use by another program; pass --port with another one, or --port 0 for a free one`,
  );
});

test('beyond the last block there is none, which says what to do', async () => {
  const behind = freeBlock(FIRST_PORT + 64 * 4);
  await expect(behind).rejects.toThrow(PortError);
  await expect(behind).rejects.toThrow(
    'none of the 64 blocks of 4 ports from 8080 on is free; npm run status lists what runs, --port 0 picks free ones',
  );
});
