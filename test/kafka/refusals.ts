import { deepStrictEqual as same } from 'node:assert';
import { join } from 'node:path';
import { startBroker } from '../../local/kafka/broker';
import type { Check } from './check';
import { DEAD_LETTERS, type Laptop } from './laptop';
import { NO_RIGHTS } from './no-rights';

/** What a user is told of a Kafka that cannot be used. */
export async function checkRefusals(laptop: Laptop, check: Check): Promise<void> {
  await check('without --kafka the folder is refused, in one sentence', async () => {
    await laptop.stop();
    const { code, stderr } = await laptop.run([
      ...['local/serve.ts', '--port', '0', '--data', laptop.data, '--outputs', join(laptop.root, 'o3')],
    ]);
    same(code, 1);
    same(/has its topics in the Kafka cluster \S+, not in itself; pass --data/.test(stderr), true);
  });

  await check('a Kafka that gives no rights is one sentence, before anything is served', async () => {
    await laptop.stop();
    const closed = await startBroker({ folder: join(laptop.root, 'closed'), settings: NO_RIGHTS, tell: () => {} });
    try {
      const { code, stderr } = await laptop.run([
        ...['local/serve.ts', '--kafka', closed.bootstrap, '--port', '0'],
        ...['--data', join(laptop.root, 'refused'), '--outputs', join(laptop.root, 'o4')],
      ]);
      same(code, 1);
      same(
        stderr.trim().split('\n').at(-1),
        `Kafka at ${closed.bootstrap}: topic ${DEAD_LETTERS} cannot be made, because this client has no right to (TOPIC_AUTHORIZATION_FAILED); give it the right, or use --kafka alone for a Kafka of its own`,
      );
    } finally {
      await closed.stop();
    }
  });

  await check('a Kafka that is not there is one sentence', async () => {
    await laptop.stop();
    const { code, stderr } = await laptop.run([
      'local/serve.ts',
      '--kafka',
      '127.0.0.1:9',
      '--port',
      '0',
      '--data',
      join(laptop.root, 'other'),
      '--outputs',
      join(laptop.root, 'o2'),
    ]);
    same(code, 1);
    same(
      stderr.trim().split('\n').at(-1),
      'no Kafka answers at 127.0.0.1:9 (ECONNREFUSED); start it, or use --kafka alone for a Kafka of its own',
    );
  });
}
