/** Tests of the house's own rules: quick, and any change can break them. */
const ALWAYS = ['test/imports.test.ts', 'test/habits.test.ts', 'test/readme.test.ts', 'test/docs.test.ts'];

/** Folders whose files are read at run time, so that no import leads from a test to them, and the tests that read them. */
const READ_BY: readonly (readonly [file: RegExp, tests: readonly string[]])[] = [
  [/^datasets\/(sql|rules|schema|golden|questions)/, ['datasets/']],
  [/^lib\/constructs\/templates\//, ['test/lib/constructs/templates.test.ts', 'local/gateway/', 'test/velocity/']],
  [/^config\/.*\.yaml$/, ['test/config/', 'test/lib/', 'test/workflows.test.ts']],
  [/^\.github\//, ['test/workflow-scripts.test.ts', 'test/workflows.test.ts']],
  [/^contract\/.*\.json$/, ['contract/', 'test/ops/conformance-page.test.ts']],
  [/^ops\/.*\.json$/, ['test/ops/']],
  [/^local\/limits\//, ['test/ops/capacity/']],
];

/** Parts of `npm test` that are not jest, and what they judge. */
const PART_OF: readonly (readonly [file: RegExp, part: string])[] = [
  [/^(console|local\/(serving|runtime)|test\/browser)\//, 'browser'],
  [/^(lib|config|bin)\/|\.sh$/, 'cloud'],
  [/^\.github\//, 'workflows'],
  [/^(lib\/constructs\/(kafka|s3-sink)|test\/cloud\/kafka)/, 'kafka'],
  [/^(dags|test\/airflow)\//, 'airflow'],
  [/^(lib|config|lambda|stand-ins|ops\/rehearsal|test\/rehearsal)\//, 'rehearsal'],
  [/^(notebooks|datasets\/(sql|schema|rules)|test\/spark)\//, 'spark'],
  [/^notebooks\//, 'spark-emr'],
  [/^test\/mutants\//, 'mutants'],
  [/^(docs\/exercise\.md|test\/exercise\/)/, 'exercise'],
];

/** What a change can break. */
export interface Concerned {
  /** Jest's test files, those nearest to the change first. */
  readonly tests: readonly string[];
  /** Other parts of `npm test`, by name. */
  readonly parts: readonly string[];
}

/**
 * @param changed files that differ
 * @param all every test file of jest
 * @param related those of them that import a changed file, directly or not
 */
export function concernedBy(changed: readonly string[], all: readonly string[], related: readonly string[]): Concerned {
  const read = READ_BY.filter(([file]) => changed.some((path) => file.test(path))).flatMap(([, tests]) => tests);
  const tests = all.filter(
    (test) =>
      ALWAYS.includes(test) ||
      changed.includes(test) ||
      related.includes(test) ||
      read.some((place) => (place.endsWith('/') ? test.startsWith(place) : test === place)),
  );
  return {
    tests: nearestFirst(tests, changed),
    parts: [...new Set(PART_OF.filter(([file]) => changed.some((path) => file.test(path))).map(([, part]) => part))],
  };
}

/** Tests by how far they are from files, in folders. */
export function nearestFirst(tests: readonly string[], files: readonly string[]): string[] {
  const distance = new Map(tests.map((test) => [test, distanceOf(test, files)]));
  return [...tests].sort((a, b) => distance.get(a)! - distance.get(b)! || (a < b ? -1 : 1));
}

/** How far a test is from what changed: 0 for a test that changed or that is always run, else by the folders that they do not share. */
function distanceOf(test: string, changed: readonly string[]): number {
  if (ALWAYS.includes(test) || changed.includes(test)) return 0;
  const folders = (path: string) =>
    path
      .replace(/^test\/(?=lib|ops|config|lambda|bin)/, '')
      .split('/')
      .slice(0, -1);
  const own = folders(test);
  const distances = changed.map((path) => {
    const theirs = folders(path);
    let shared = 0;
    while (shared < own.length && shared < theirs.length && own[shared] === theirs[shared]) shared++;
    return 1 + own.length + theirs.length - 2 * shared;
  });
  return Math.min(...distances);
}
