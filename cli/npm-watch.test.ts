import { isRunByNpm, npmsOwnLines, type ProcessTable, watchNpm } from './npm-watch';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Processes as `[pid, parent, command]`; ours is a child of the first. */
function given(...rows: [number, number, string][]) {
  const processes = new Map(rows.map(([pid, parent, command]) => [pid, { parent, command }]));
  const table: ProcessTable = {
    parentOf: (pid) => processes.get(pid)?.parent,
    commandOf: (pid) => processes.get(pid)?.command ?? '',
  };
  const onGone = jest.fn();
  // The parent of the test's own process, which stays.
  processes.set(process.ppid, processes.get(rows[0]![0])!);
  return { processes, table, onGone, watch: () => watchNpm(onGone, table, process.ppid) };
}

const CHAIN: [number, number, string][] = [
  [30, 20, 'node --import tsx local/start.ts'],
  [20, 10, 'sh -c node --import tsx local/start.ts'],
  [10, 1, 'npm start --posts 5'],
];

test.each(['kill', 'term'])('an npm that is ended by %s, with or without its shell, is missed once', (how) => {
  const { processes, onGone, watch } = given(...CHAIN);
  const stop = watch();
  jest.advanceTimersByTime(5_000);
  expect(onGone).not.toHaveBeenCalled();
  if (how === 'kill') {
    processes.delete(10);
    processes.set(20, { parent: 1, command: '' });
  } else {
    processes.delete(20);
    processes.set(process.ppid, { parent: 1, command: '' });
  }
  jest.advanceTimersByTime(5_000);
  expect(onGone).toHaveBeenCalledTimes(1);
  stop();
});

test('the parent of npm may go, and npm may be the first of all processes', () => {
  const { processes, onGone, watch } = given(...CHAIN);
  watch();
  processes.set(10, { parent: 77, command: 'npm start' });
  jest.advanceTimersByTime(5_000);
  expect(onGone).not.toHaveBeenCalled();
  const contained = given([30, 1, 'node --import tsx local/start.ts'], [1, 0, 'node /usr/bin/npm start']);
  contained.watch();
  jest.advanceTimersByTime(5_000);
  expect(contained.onGone).not.toHaveBeenCalled();
});

test('an npm that had gone before anybody looked is missed, too', () => {
  const { onGone, watch } = given([30, 1, 'node --import tsx local/start.ts'], [1, 0, 'init']);
  watch();
  jest.advanceTimersByTime(1_000);
  expect(onGone).toHaveBeenCalledTimes(1);
});

test('an npm that one signal ends together with the watching is not missed, whichever is seen first', () => {
  const { processes, onGone, watch } = given(...CHAIN);
  const stop = watch();
  processes.delete(10);
  processes.delete(20);
  // Between the look and what follows it.
  setTimeout(stop, 500);
  jest.advanceTimersByTime(5_000);
  expect(onGone).not.toHaveBeenCalled();
});

test('only npm counts, and only for the program that is its script', () => {
  const npm = {
    npm_lifecycle_script: 'node --import tsx local/start.ts',
    npm_config_user_agent: 'npm/10.8.2 node/v20.19.0',
  };
  expect(isRunByNpm('/code/local/start.ts', npm)).toBe(true);
  expect(isRunByNpm('/code/local/serve.ts', npm)).toBe(false);
  expect(isRunByNpm('/code/local/start.ts', { ...npm, npm_config_user_agent: 'pnpm/9.0.0 npm/?' })).toBe(false);
  expect(isRunByNpm('/code/local/start.ts', {})).toBe(false);
});

test('whoever pipes JSON out of npm hears how to leave its own lines out', () => {
  const npm = {
    npm_lifecycle_script: 'node --import tsx local/start.ts',
    npm_lifecycle_event: 'start',
    npm_config_user_agent: 'npm/10.8.2',
  };
  const argv = ['node', '/code/local/start.ts', '--json'];
  expect(npmsOwnLines(argv, false, npm)).toBe(
    'npm has written lines of its own to stdout before the JSON; npm -s start -- --json leaves them out',
  );
  expect(npmsOwnLines(argv, true, npm)).toBeUndefined();
  expect(npmsOwnLines(argv.slice(0, 2), false, npm)).toBeUndefined();
  expect(npmsOwnLines(argv, false, { ...npm, npm_config_loglevel: 'silent' })).toBeUndefined();
  expect(npmsOwnLines(argv, false, {})).toBeUndefined();
});
