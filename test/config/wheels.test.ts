import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadWheels, WHEELS_FILE } from '../../config/wheels';

const LOCKS = join(__dirname, '../../toolchain');

test('each processor has the same packages, and pyarrow built for it', () => {
  const names = ['boto3', 'botocore', 'jmespath', 'pyarrow', 'python-dateutil', 's3transfer', 'six', 'urllib3'];
  for (const [architecture, cpu] of [
    ['arm64', 'aarch64'],
    ['x86_64', 'x86_64'],
  ] as const) {
    const wheels = loadWheels(architecture);
    expect(wheels.map(({ name }) => name).sort()).toEqual(names);
    expect(wheels.find(({ name }) => name === 'pyarrow')!.url).toContain(`-cp311-manylinux_2_28_${cpu}.whl`);
  }
});

test('each wheel is a file that the lock of the tests pins', () => {
  const lock = readFileSync(join(LOCKS, 'spark.lock.txt'), 'utf8');
  const wheels = [...loadWheels('arm64'), ...loadWheels('x86_64')];
  expect(wheels).toHaveLength(16);
  for (const { name, version, sha256 } of wheels) {
    expect(lock).toContain(`${name}==${version} \\\n`);
    expect(lock).toContain(`--hash=sha256:${sha256}`);
  }
});

test('a digest that is none is refused by its key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wheels-'));
  const lock = JSON.parse(readFileSync(WHEELS_FILE, 'utf8'));
  lock.any.boto3.sha256 = 'unknown';
  writeFileSync(join(folder, 'wheels.json'), JSON.stringify(lock));
  expect(() => loadWheels('arm64', join(folder, 'wheels.json'))).toThrow(
    'wheels.lock.json: any.boto3.sha256 must be 64 hex digits',
  );
  rmSync(folder, { recursive: true });
});
