import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadArtefacts, unpinned } from '../../config/artefacts';

const folder = mkdtempSync(join(tmpdir(), 'artefacts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const artefact = { version: '1', url: 'https://x.example/f', sha256: 'a'.repeat(64), licence: 'x' };
const lock = { 'kafka-connect-s3': artefact, 'confluent-community': artefact, 'aws-msk-iam-auth': artefact };

function load(content: object) {
  const file = join(folder, 'lock.json');
  writeFileSync(file, JSON.stringify(content));
  return loadArtefacts(file);
}

test('a file without a checksum is known as unpinned, by its name', () => {
  expect(unpinned(load({ ...lock, 'confluent-community': { ...artefact, sha256: null } }))).toEqual([
    'confluent-community',
  ]);
  expect(unpinned(load(lock))).toEqual([]);
});

test.each([
  [
    'a checksum of another length',
    { sha256: 'abc' },
    'artefacts.lock.json: kafka-connect-s3.sha256 must be 64 hex digits or null',
  ],
  [
    'an address without TLS',
    { url: 'http://x.example/f' },
    'artefacts.lock.json: kafka-connect-s3.url must be an https address',
  ],
])('%s is refused by its key', (_what, change, message) => {
  expect(() => load({ ...lock, 'kafka-connect-s3': { ...artefact, ...change } })).toThrow(message);
});

test('as shipped, versions and addresses agree', () => {
  for (const { version, url } of Object.values(loadArtefacts())) expect(url).toContain(version);
  expect(Object.keys(loadArtefacts())).toHaveLength(3);
});

test('the IAM plugin’s Maven coordinate and address are the same file', () => {
  const { maven, url, version } = loadArtefacts()['aws-msk-iam-auth'];
  expect(maven).toBe(`software.amazon.msk:aws-msk-iam-auth:${version}:jar:all`);
  expect(url).toMatch(new RegExp(`/aws-msk-iam-auth-${version}-all\\.jar$`));
});
