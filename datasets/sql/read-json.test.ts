import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readJson } from './read-json';

test('a file that is no JSON is named with its line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'json-'));
  try {
    const file = join(folder, 'x.json');
    writeFileSync(file, '{"a": 1,\n\n"b" 2}');
    expect(() => readJson(file, 'datasets/x.json')).toThrow(/^datasets\/x\.json:3: .+ JSON at position 14/);
    writeFileSync(file, '{"a": 1}');
    expect(readJson(file, 'datasets/x.json')).toEqual({ a: 1 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
