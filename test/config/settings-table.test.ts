import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { SETTINGS_PAGE, settingsTable, withSettingsTable } from '../../config/settings-table';

const page = readFileSync(SETTINGS_PAGE, 'utf8');

test('the page’s table is the one that the schema makes (else: npx tsx config/settings-table.ts)', () => {
  expect(page).toBe(withSettingsTable(page));
});

test('a row says what a setting takes, what happens without it, and what it does', () => {
  const rows = settingsTable().split('\n');
  expect(rows).toContain('| `streams.retentionHours` | 24 to 8760 | `24` | Hours a record can be read again. |');
  expect(rows).toContain(
    '| `streams.mode` | `provisioned`, `on-demand` | refused | Who counts the shards: you or Kinesis. |',
  );
  expect(rows).toContain('| `s3Sink.capacity.workers` | 1 to 10 |  | Workers, always running. |');
  expect(rows).toContain('| **`orchestration`** | a group | off | |');
  expect(rows.join('\n')).not.toContain('<userId>');
});

test('everything that an environment here says is in the table', () => {
  const rows = settingsTable();
  const pathsIn = (settings: object, prefix = ''): string[] =>
    Object.entries(settings).flatMap(([key, value]) =>
      typeof value === 'object' && !Array.isArray(value) ? pathsIn(value, `${prefix}${key}.`) : [`${prefix}${key}`],
    );
  const folder = join(__dirname, '../../config');
  const said = readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => pathsIn(load(readFileSync(join(folder, file), 'utf8')) as object));
  expect(said.length).toBeGreaterThan(40);
  expect(said.filter((path) => !rows.includes(`\`${path}\``))).toEqual([]);
});
