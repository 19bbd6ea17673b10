import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { listenS3, S3 } from '../../local/s3';
import type { Listening } from '../../local/wire/listener';
import { findPython, venvProgram } from '../../toolchain/tools';
import { CACHE, ensurePython, run, STORY_MS } from '../kinesis-clients/clients';

const FIRST_USE_MS = 600_000;
const BUCKET = 'user-ada-bucket';
const SUNK = 'topics/ada.pin/partition=0/ada.pin+0+0000000000.json';
const GEO = 'topics/ada.geo/partition=2/ada.geo+2+0000000000.json';
const LINES = '{"n":1}\n{"n":2}\n';

let folder: string;
let listener: Listening;
let told: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 's3-clients-'));
  told = [];
  for (const key of [SUNK, GEO]) {
    mkdirSync(dirname(join(folder, 'sink', key)), { recursive: true });
    writeFileSync(join(folder, 'sink', key), LINES);
  }
  const s3 = await S3.open({
    name: BUCKET,
    sinkFolder: join(folder, 'sink'),
    ownFolder: join(folder, 'own'),
    ownPrefix: 'ada/',
    onError: (error) => told.push(error.message),
  });
  listener = await listenS3(s3, { port: 0 });
});
afterAll(async () => {
  await listener.close();
  rmSync(folder, { recursive: true });
});

/** What a client prints, which knows nothing of us but the endpoint. */
async function tell(command: readonly string[], prefix: string): Promise<string[]> {
  const env = {
    PATH: process.env.PATH,
    HOME: CACHE,
    LC_ALL: 'C.UTF-8',
    PYTHONUTF8: '1',
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${listener.port}`,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const [program, ...args] = command;
  const printed = await run(program!, [...args, BUCKET, prefix, SUNK], STORY_MS, env);
  return printed.trim().split('\n');
}

const missing = (() => {
  try {
    findPython();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
})();
const isSkipped = missing !== undefined && process.env.REQUIRE_ALL !== '1';
if (isSkipped) process.stderr.write(`skipped the S3 clients: ${missing}\n`);

function judge(client: string, command: () => Promise<readonly string[]>, story: readonly string[]): void {
  (isSkipped ? test.skip : test)(
    `${client}, unchanged and unconfigured, does all its work at our endpoint`,
    async () => {
      const prefix = `ada/${client.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}/`;
      expect(await tell(await command(), prefix)).toEqual(story.map((line) => line.replaceAll('PREFIX/', prefix)));
      expect(readFileSync(join(folder, 'sink', SUNK), 'utf8')).toBe(LINES);
      expect(told).toEqual([]);
    },
    FIRST_USE_MS,
  );
}

judge('boto3', async () => [venvProgram(await ensurePython(), 'python'), join(__dirname, 'boto3_client.py')], [
  `buckets ${BUCKET}`,
  'region None',
  `files ${GEO} ${SUNK}`,
  'folders topics/ada.geo/ topics/ada.pin/',
  `read b'{"n":1}\\n{"n":2}\\n'`,
  `range b'n":'`,
  'put there 403 AccessDenied',
  'missing 404 NoSuchKey',
  'head missing 404 404',
  'elsewhere 404 NoSuchBucket',
  'own héllo',
  "meta {'made': 'here'}",
  'big True -2',
  'copied True',
  'mine PREFIX/a b+c=é PREFIX/big PREFIX/copy',
  'deleted 3',
  'left 0',
]);

judge('AWS CLI', async () => ['bash', join(__dirname, 'aws_cli.sh'), venvProgram(await ensurePython(), 'aws')], [
  `buckets ${BUCKET}`,
  `files ${GEO} ${SUNK}`,
  'folders ada.geo/ ada.pin/',
  'read {"n":1}',
  'big the same',
  'synced 2',
  'put there AccessDenied',
  'left 0',
]);

judge(
  's3fs with pandas',
  async () => [
    venvProgram(await ensurePython(join(__dirname, 's3fs.txt')), 'python'),
    join(__dirname, 's3fs_client.py'),
  ],
  [
    `buckets ${BUCKET}`,
    `folders ${BUCKET}/topics/ada.geo ${BUCKET}/topics/ada.pin`,
    `files ${BUCKET}/${GEO} ${BUCKET}/${SUNK}`,
    'sum 3',
    'back True',
    'big True False',
    'put there True',
    'left []',
  ],
);
