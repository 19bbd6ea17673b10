import { errorText, exitCodeOf } from './error-text';
import { UsageError } from './option-values';

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each([
  [new UsageError('--posts must be a number\nsecond fault'), '--posts must be a number\nsecond fault', 2],
  [new Error('connect failed\n    at somewhere'), 'connect failed', 1],
  [Object.assign(new Error('write'), { code: 'ENOSPC' }), /^the disk is full: free some space/, 1],
  [named('LogDamagedError', 'log is torn'), 'log is torn; --reset begins anew and deletes what is there', 1],
  [named('AbortError', 'This operation was aborted'), 'This operation was aborted', 130],
  [Object.assign(new Error('the runtime ended'), { exitCode: 3 }), 'the runtime ended', 3],
  [
    new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND example.invalid') }),
    'no answer: getaddrinfo ENOTFOUND example.invalid',
    1,
  ],
  [new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }), 'no answer: ECONNREFUSED', 1],
  [new TypeError('fetch failed'), 'fetch failed', 1],
  ['a string', 'a string', 1],
])('%p has its text and its exit code', (error, text, code) => {
  expect(errorText(error)).toEqual(typeof text === 'string' ? text : expect.stringMatching(text));
  expect(exitCodeOf(error)).toBe(code);
});
