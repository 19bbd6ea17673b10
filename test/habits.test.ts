import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

const ROOT = join(__dirname, '..');
const LEFT_OUT = /^(node_modules|dist|build|outputs|coverage|cdk\.out.*|\..*)$/;

function sourcesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (LEFT_OUT.test(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourcesUnder(path);
    return /\.tsx?$/.test(entry.name) ? [relative(ROOT, path).split('\\').join('/')] : [];
  });
}

const SOURCES = sourcesUnder(ROOT);
/** Tests, what they stand on, and benches: no command of ours loads them. */
const isTest = (file: string) => /\.(test|browser|rehearsal)\.tsx?$|(^|\/)(test|testing|bench)\//.test(file);

/** A member whose name begins with `#`, declared or used. */
const HASH_MEMBER = /^ {2}(?:(?:readonly|static|async|get|set)\s+)*#[a-z]\w*(?= ?[:=;(<])|\bthis\.#[a-z]/m;

test('there are sources to look at', () => {
  expect(SOURCES).toContain('emulator/send/replay.ts');
  expect(SOURCES).toContain('test/habits.test.ts');
});

test.each(['  #size = 0;', '  readonly #size: number;', '  async #close() {}', '  get #open() {}', 'f(this.#size)'])(
  '%j is seen as a member of the other kind',
  (text) => {
    expect(text).toMatch(HASH_MEMBER);
  },
);

test("a private member is private by TypeScript's word", () => {
  const others = SOURCES.filter((file) => file !== 'test/habits.test.ts').filter((file) =>
    HASH_MEMBER.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(others).toEqual([]);
});

test('helpers of tests stand in folders named testing, and no other name is in use', () => {
  const named = SOURCES.filter((file) => /^(given|fixtures?|helpers?)\.tsx?$|-for-tests\./.test(basename(file)));
  expect(named).toEqual([]);
  expect(SOURCES.filter((file) => /\/(fixtures|helpers|given)\//.test(file))).toEqual([]);
});

test('what ships never loads a helper of tests', () => {
  const loads = SOURCES.filter((file) => !isTest(file)).filter((file) =>
    /from\s+'[^']*\/testing\//.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(loads).toEqual([]);
});
