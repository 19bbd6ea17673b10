/*
 * The contract suite as a library: checks a Kafka REST proxy, any that listens at the given address. It writes records to the topic
 * `<userId>.pin`, so that topic must exist. With `npm start` in another terminal:
 *
 *   node --import tsx contract/samples/check-proxy.ts http://127.0.0.1:8082/ 0a1b2c3d4e5f
 */
import { CASES, type Target, whyNot } from '..';

async function main([proxy = '', userId = '']: readonly string[]): Promise<void> {
  const target: Target = { proxy: new URL(proxy), userId, auth: 'none', limits: 'off' };
  let broken = 0;
  for (const each of CASES) {
    if (whyNot(each, target) !== undefined) continue;
    try {
      await each.run(target);
      console.log(`${each.id}: ${each.title}`);
    } catch (error) {
      broken += 1;
      console.log(`${each.id} does not hold: ${(error as Error).message}`);
    }
  }
  if (broken > 0) process.exitCode = 1;
}

void main(process.argv.slice(2));
