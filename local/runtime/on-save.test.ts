import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OnSave, type OnSaveOptions } from './on-save';

const VIEW = 'datasets/sql/views/top_category_by_year.sql';
const TEMPLATE = 'lib/constructs/templates/put-record.vtl';

let root: string;
let told: string[];
let onSave: OnSave | undefined;

beforeEach(() => {
  told = [];
  root = mkdtempSync(join(tmpdir(), 'on-save-'));
  for (const folder of ['datasets/sql/views', 'datasets/sql/clean', 'lib/constructs/templates'])
    mkdirSync(join(root, folder), { recursive: true });
});
afterEach(async () => {
  await onSave?.stop();
  rmSync(root, { recursive: true });
});

/** Follows the folders; every question is answered by one row, which a test may replace. */
function follow(options: Partial<OnSaveOptions> = {}): { rows: Record<string, number>; asked: () => number } {
  const rows: Record<string, number> = {};
  let asked = 0;
  onSave = new OnSave(
    {
      answer: async (layer, view) => {
        asked++;
        return { rows: [[rows[`${layer}.${view}`] ?? 0]] };
      },
      version: () => '1',
      rebuild: async () => {},
      serveTemplates: async () => true,
      tell: (line) => told.push(line),
      ...options,
    },
    root,
  );
  return { rows, asked: () => asked };
}

const save = (file: string, text = '') => writeFileSync(join(root, file), text);

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 1000) throw new Error(`it never came to be; told: ${told.join(' / ')}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a saved question tells which answers differ from those before, and several writes are one save', async () => {
  const { rows, asked } = follow();
  await until(() => asked() > 0);
  await new Promise((resolve) => setTimeout(resolve, 100));
  rows['batch.top_category_by_year'] = 7;
  save(VIEW, 'select 1');
  save(VIEW, 'select 2');
  await until(() => told.length > 0);
  expect(told).toEqual([`${VIEW}: 1 answer differs from before: batch.top_category_by_year`]);
  save(VIEW, 'select 2 ');
  await until(() => told.length > 1);
  expect(told[1]).toBe(`${VIEW}: no answer differs from before`);
});

test('a question at fault is told once for all its layers, and what was good is served on', async () => {
  follow({
    answer: async (_, view) => {
      if (view !== 'top_category_by_year') return { rows: [] };
      throw new Error(`${VIEW}:1:1: Parser Error`);
    },
  });
  save(VIEW, 'selec');
  await until(() => told.length > 0);
  expect(told).toEqual([`${VIEW}:1:1: Parser Error\nwhat was served before is served on`]);
});

test('a rule at fault leaves the tables as they were', async () => {
  follow({ rebuild: () => Promise.reject(new Error('datasets/sql/clean/pin.sql:3:3: Parser Error')) });
  save('datasets/sql/clean/pin.sql', 'selec');
  await until(() => told.length > 0);
  expect(told).toEqual(['datasets/sql/clean/pin.sql:3:3: Parser Error\nthe tables stay as they were']);
});

test('a template at fault is told with its line and a caret; a good one is served, or changes nothing', async () => {
  const outcomes = [
    () => Promise.reject(new Error('Api/PutRecord: request template: line 2, column 3: this block has no #end')),
    () => Promise.reject(new Error('the CDK app ended with 1')),
    () => Promise.resolve(true),
    () => Promise.resolve(false),
  ];
  follow({ serveTemplates: () => outcomes.shift()!() });
  const expected = [
    `${TEMPLATE}:2:3: this block has no #end\n2 | b #if($x)\n      ^\nwhat was served before is served on`,
    `${TEMPLATE}: the CDK app ended with 1\nwhat was served before is served on`,
    `${TEMPLATE}: the API serves what you changed`,
    `${TEMPLATE}: changes nothing that the API serves`,
  ];
  for (const [at, line] of expected.entries()) {
    save(TEMPLATE, `a\nb #if($x)\n${at}`);
    await until(() => told.length > at);
    expect(told[at]).toBe(line);
  }
});

test('what is no SQL, rule or template is passed over', async () => {
  const { asked } = follow({ version: () => String(Math.random()) });
  for (const file of ['datasets/sql/.x.sql.swp', 'datasets/sql/x.ts', 'lib/constructs/templates/4913']) save(file);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect([told, asked()]).toEqual([[], 0]);
});
