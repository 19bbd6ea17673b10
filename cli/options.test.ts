import { whole } from './option-values';
import { argumentsOf, type CommandLine, optionsTable, parseCommandLine, parseOptions } from './options';

const LINE: CommandLine = {
  name: 'npm run build --',
  description: 'Builds.',
  options: [
    { flag: '--env <name>', help: 'environment', required: true },
    { flag: '--posts <n>', help: 'posts', default: 5, parse: whole('--posts', 1, 9) },
    { flag: '--wait <seconds>', help: 'seconds', otherwise: 'the timer', parse: whole('--wait', 1, 9) },
    { flag: '--no-lake', help: 'not the lake' },
    { flag: '--json', help: 'JSON', default: false },
  ],
};
const PARTS: CommandLine = { ...LINE, options: [], words: { name: 'part', help: 'what to build', known: ['a', 'b'] } };
const PASSED_ON: CommandLine = { ...LINE, words: { name: 'stack', help: 'for the CDK CLI', withOptions: true } };

test('what was given, and the defaults of what was not', () => {
  expect(parseOptions(LINE, ['--env', 'dev'])).toEqual({
    env: 'dev',
    posts: 5,
    wait: undefined,
    lake: true,
    json: false,
  });
  expect(parseOptions(LINE, ['--env', 'dev', '--no-lake', '--posts', '7', '--json'])).toMatchObject({
    posts: 7,
    lake: false,
    json: true,
  });
});

test.each([
  [[], '--env <name> is missing; npm run build -- --help lists what there is'],
  [['--env', 'dev', '--posts', '10'], "--posts must be a whole number from 1 to 9, got '10'"],
  [['--evn', 'dev'], "unknown option '--evn' (Did you mean --env?); npm run build -- --help lists what there is"],
  [['--env', 'dev', 'x'], /^too many arguments/],
])('%j is wrong usage', (argv, message) => {
  const matching = typeof message === 'string' ? message : expect.stringMatching(message);
  expect(() => parseOptions(LINE, argv)).toThrow(expect.objectContaining({ name: 'UsageError', message: matching }));
});

test('words beside the options are known ones', () => {
  expect(parseCommandLine(PARTS, ['b', 'a'])).toEqual({ options: {}, words: ['b', 'a'] });
  expect(() => parseCommandLine(PARTS, ['c'])).toThrow("no part 'c' (known: a, b)");
});

test('or they are passed on with the options that are not listed, in their order', () => {
  expect(parseCommandLine(PASSED_ON, ['Api', '--env', 'dev', '--require-approval', 'never', '-y'])).toMatchObject({
    options: { env: 'dev' },
    words: ['Api', '--require-approval', 'never', '-y'],
  });
});

test('or they are any words, and an option that is not listed is refused', () => {
  const line: CommandLine = { ...LINE, words: { name: 'key', help: 'what to follow' } };
  expect(parseCommandLine(line, ['--env', 'dev', '-7'])).toMatchObject({ words: ['-7'] });
  expect(() => parseCommandLine(line, ['--env', 'dev', '7', '--wat'])).toThrow("unknown option '--wat'");
});

test('options become arguments again, switches that are off none', () => {
  const taken = LINE.options.slice(0, 3);
  expect(argumentsOf(taken, { env: 'a b', posts: 7, json: true })).toEqual(['--env', 'a b', '--posts', '7']);
});

test('the table for the docs has a row for each option', () => {
  const options = [
    { flag: '--json', help: 'JSON', default: false, commands: ['start', 'answers'] },
    { flag: '--rate <n>', help: 'per second', otherwise: 'as fast as it goes', commands: ['start'] },
  ];
  expect(optionsTable(options).split('\n').slice(2)).toEqual([
    '| `--json` | JSON | off | `start`, `answers` |',
    '| `--rate <n>` | per second | as fast as it goes | `start` |',
  ]);
});
