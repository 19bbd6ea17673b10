import fc from 'fast-check';

const NAMES = ['a', 'b', 'list', 'a-b', 'né'];
const scalar = fc.constantFrom(
  '1',
  '-0',
  '1.50',
  '1e3',
  '9007199254740993',
  '0.12345678901234567890',
  '-12345678901234567890.5e-30',
  '1e400',
  'true',
  'null',
  '"x"',
  '"a/b"',
  '"it\'s \\"q\\" \\\\ \\n"',
  '"é📌\u2028\\u007f\\u0001"',
  '""',
);

/** JSON texts with the same few names at every depth, so that paths find something. */
export const pathBodies: fc.Arbitrary<string> = fc
  .letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, depthSize: 'medium', withCrossShrink: true },
      scalar,
      fc.array(tie('value'), { maxLength: 4 }).map((each) => `[${each.join(',')}]`),
      fc
        .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), tie('value')), { selector: ([name]) => name, maxLength: 4 })
        .map((members) => `{${members.map(([name, value]) => `"${name}":${value}`).join(',')}}`),
    ),
  }))
  .value.filter((text) => /^[[{]/.test(text));

const name = fc.constantFrom(...NAMES, 'nope');
const index = fc.integer({ min: -4, max: 4 });
const bound = fc.option(index, { nil: '' });
const quoted = fc.tuple(name, fc.constantFrom("'", '"')).map(([each, quote]) => `${quote}${each}${quote}`);
const step = fc.oneof(
  { arbitrary: name.map((each) => `.${each}`), weight: 3 },
  name.map((each) => `..${each}`),
  fc.constantFrom('[*]', '.*', '..*', '..[*]', '..[0]', "..['a']", "..['a','b']"),
  index.map((each) => `[${each}]`),
  fc.tuple(index, index).map(([left, right]) => `[${left},${right}]`),
  fc.tuple(bound, bound).map(([from, to]) => `[${from}:${to}]`),
  quoted.map((each) => `[${each}]`),
  fc.array(quoted, { minLength: 2, maxLength: 3 }).map((each) => `[${each.join(',')}]`),
);

/** JSON paths, most of them such as can mean several values. */
export const paths: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('$', '$', '$', '@', ''), fc.array(step, { minLength: 1, maxLength: 4 }))
  .map(([root, steps]) => (root === '' ? steps.join('').replace(/^[.]/, '') : root + steps.join('')))
  .filter((path) => path !== '' && !path.startsWith('.'));
