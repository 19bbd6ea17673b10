import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FileList } from './file-list';

let root: string;
let list: FileList;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'file-list-'));
  list = new FileList(join(root, 'list.ndjson'));
  for (const file of ['a+0+0.json', 'a+0+5.json', 'a+0+9.json']) close(file);
});
afterEach(() => rmSync(root, { recursive: true }));

const pathOf = (file: string) => join(root, 's3', 'topics', 'a', file);

function close(file: string): void {
  mkdirSync(dirname(pathOf(file)), { recursive: true });
  writeFileSync(pathOf(file), '{"index":1}\n');
  list.add({ file: join('topics', 'a', file), bytes: 12 });
}

const check = () => new FileList(join(root, 'list.ndjson')).check(join(root, 's3'));

test('files as they were are fine, and so are those that nobody listed', () => {
  writeFileSync(pathOf('b+0+0.json'), 'x');
  expect(check).not.toThrow();
  expect(() => new FileList(join(root, 'none.ndjson')).check(join(root, 's3'))).not.toThrow();
});

test('a file that is gone is told, which none of the last ones needs to be', () => {
  rmSync(pathOf('a+0+0.json'));
  expect(check).toThrow(
    `${pathOf('a+0+0.json')} is gone, with the records in it; put it back, or --reset to begin anew`,
  );
});

test('so is one that was cut, and how many more', () => {
  truncateSync(pathOf('a+0+5.json'), 3);
  rmSync(pathOf('a+0+9.json'));
  expect(check).toThrow(
    `${pathOf('a+0+5.json')} has 3 bytes instead of 12, and 1 more files of the sink are gone or changed, with the records in them; put them back, or --reset to begin anew`,
  );
});

test('half a line of a process that ended is dropped, and what follows is whole', () => {
  appendFileSync(join(root, 'list.ndjson'), '{"file":"topics/a/a+0+');
  list = new FileList(join(root, 'list.ndjson'));
  close('a+0+12.json');
  expect(check).not.toThrow();
  rmSync(pathOf('a+0+12.json'));
  expect(check).toThrow('a+0+12.json is gone');
});
