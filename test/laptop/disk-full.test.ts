import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizedTemplates } from '../../local/runtime/assembly';
import { DataFolder } from '../../local/runtime/data-folder';
import { readEnvironment } from '../../local/runtime/environment';
import { type Runtime, startRuntime } from '../../local/runtime/runtime';
import type { Trouble } from '../../local/serving/contract';

/** A disk of 80 MB, where this system lets us mount one. */
const root = mkdtempSync(join(tmpdir(), 'small-disk-'));
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=80m', 'tmpfs', root]).status === 0;
const onSmallDisk = isMounted ? test : test.skip;

let runtime: Runtime | undefined;
let release = () => {};
const said: string[] = [];
afterAll(async () => {
  await runtime?.stop();
  release();
  if (isMounted) spawnSync('umount', ['-l', root]);
  rmSync(root, { recursive: true, force: true });
});

jest.setTimeout(120_000);

async function ask(method: string, path: string, body?: object, base = runtime!.viewsUrl) {
  const response = await fetch(new URL(path, base), {
    method,
    ...(body && {
      body: JSON.stringify(body),
      headers: { 'content-type': method === 'PUT' ? 'application/json' : 'application/vnd.kafka.json.v2+json' },
    }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const troubles = async () => (await ask('GET', 'health')).body.troubles as Trouble[];

/** Leaves so many MiB free. */
function fill(mebibytes: number): void {
  rmSync(join(root, 'ballast'), { force: true });
  const { bavail, bsize } = statfsSync(root);
  writeFileSync(join(root, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - mebibytes * 2 ** 20)));
}

async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  for (const deadline = Date.now() + 30_000; ; ) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}; ${said.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

onSmallDisk(
  'a disk that is full for a while is told wherever it is met, and everything goes on by itself when there is room (needs to mount a tmpfs)',
  async () => {
    const templates = await synthesizedTemplates('dev');
    const environment = readEnvironment('dev', templates);
    const held = await DataFolder.hold(join(root, 'data'), environment);
    release = held.release;
    runtime = await startRuntime({
      environment,
      templates,
      folder: held.folder,
      port: 0,
      auth: 'none',
      limits: 'off',
      fsync: false,
      tell: (line) => said.push(line),
    });
    const put = (ind: number) => {
      const value = { index: ind, unique_id: `00000000-0000-4000-8000-${String(ind).padStart(12, '0')}`, title: 'a' };
      return ask(
        'POST',
        `topics/${environment.names.topics.pin}`,
        { records: [{ key: String(ind), value }] },
        runtime!.apiUrl,
      );
    };
    expect((await put(1)).body).toMatchObject({ offsets: [{ error_code: null }] });
    expect((await ask('POST', 'flush')).status).toBe(200);
    expect((await put(2)).body).toMatchObject({ offsets: [{ error_code: null }] });

    fill(0);
    // The log looks at the disk again after a quarter of a second.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await put(3)).body).toMatchObject({
      offsets: [{ error_code: 50003, error: 'Disk error when trying to access log file on the disk.' }],
    });
    const stream = `streams/${environment.names.streams.pin}/record`;
    const speed = await ask('PUT', stream, { Data: { index: 1 }, PartitionKey: '1' }, runtime.apiUrl);
    expect(speed.status).toBe(500);
    expect(await ask('POST', 'flush')).toEqual({
      status: 507,
      body: {
        message: `the disk that holds ${join(root, 'data')} is full: free some space, then try again; nothing is lost`,
      },
    });
    const wrong = await until('the sink waits', async () => {
      const list = await troubles();
      return list.some(({ id }) => id === 'sink-waits') && list;
    });
    expect(wrong.map(({ id }) => id)).toEqual(['disk-full', 'sink-waits']);
    expect(wrong[0]).toMatchObject({
      what: `The disk that holds ${join(root, 'data')} is full: 0 MiB are free.`,
      remedy: expect.stringContaining('Free some space.'),
      sinceMs: expect.any(Number),
    });

    fill(60);
    await until('nothing is wrong', async () => (await troubles()).length === 0);
    // What was asked for while the disk was full has been done.
    await until('the record is in the tables', async () => {
      const { batch } = (await ask('GET', 'counts')).body as { batch: { pin: { clean: number } } };
      return batch.pin.clean === 2;
    });
    expect((await put(3)).body).toMatchObject({ offsets: [{ error_code: null }] });
    expect((await ask('POST', 'flush')).body).toMatchObject({ batch: { pin: { stored: 3, clean: 3 } } });
  },
);
