import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOutputs } from '@pipeline/emulator';
import { type ServeProcess, startServeProcess } from '../local/runtime/serve-process';
import { CASES, type Target, whyNot } from '.';

jest.setTimeout(120_000);

const MODES = [
  { auth: 'none', limits: 'off', stagePath: 'sent' },
  { auth: 'none', limits: 'off', stagePath: 'stripped' },
  { auth: 'none', limits: 'aws', stagePath: 'sent' },
  { auth: 'iam', limits: 'off', stagePath: 'sent' },
] as const;

const unchecked = new Set(CASES.map(({ id }) => id));

afterAll(() => {
  expect([...unchecked]).toEqual([]);
});

describe.each(MODES)('the laptop with --auth $auth --limits $limits --stage-path $stagePath', (mode) => {
  const root = mkdtempSync(join(tmpdir(), 'contract-'));
  let server: ServeProcess | undefined;
  const target: { -readonly [name in keyof Target]: Target[name] } = { userId: '', ...mode };

  beforeAll(async () => {
    const options = {
      env: 'dev',
      data: join(root, 'data'),
      reset: false,
      port: 0,
      fsync: false,
      outputs: join(root, 'outputs'),
      ...mode,
    };
    server = await startServeProcess(options, {
      ...process.env,
      AWS_ACCESS_KEY_ID: 'contract',
      AWS_SECRET_ACCESS_KEY: 'contract',
    });
    const { apiUrl, kinesisEndpoint, userId } = readOutputs('local', join(root, 'outputs'));
    Object.assign(target, {
      userId,
      gateway: new URL(apiUrl),
      kinesis: new URL(kinesisEndpoint!),
      proxy: new URL(server!.proxyUrl),
    });
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  // The first mode runs every case that applies. The other modes run only the cases about throttling, signatures or the path to the proxy.
  const everywhere = { gateway: new URL('http://-'), proxy: new URL('http://-'), kinesis: new URL('http://-') };
  const applies = CASES.filter((each) => whyNot(each, { ...everywhere, userId: '', ...mode }) === undefined).filter(
    ({ only, needs }) => {
      if (mode === MODES[0]) return true;
      if (mode.stagePath === 'stripped') return needs.includes('gateway');
      return mode.limits === 'aws' ? only?.limits === 'aws' : only?.auth === 'iam';
    },
  );

  test.each(applies.map((each) => [each.id, each.title, each] as const))('%s: %s', async (id, _, each) => {
    unchecked.delete(id);
    await each.run(target);
  });
});
