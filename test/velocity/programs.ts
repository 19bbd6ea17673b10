// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Velocity writes references
import fc from 'fast-check';

/** Variables that generated programs use: `$n` 7, `$d` 2.5, `$s`, `$e` "", `$t` true, `$l` a list, `$m` a map; `$nope` is never set. */
const PRELUDE =
  '#set($n=7)#set($d=2.5)#set($s="a-b,c")#set($e="")#set($t=true)#set($f=false)#set($l=["x","yy",3])#set($m={"k":"v","a-b":2,"z":[1]})';

const number = fc.constantFrom(
  '$n',
  '$d',
  '0',
  '1',
  '3',
  '-2',
  '1.5',
  '10',
  '$l.size()',
  '$s.length()',
  '9223372036854775807',
);
const text = fc.constantFrom(
  '$s',
  '$e',
  '"x"',
  "'$s'",
  '"<$s>"',
  '"$m.k$nope"',
  '$m.k',
  '$l[0]',
  '$l.get(1)',
  '"7"',
  '"true"',
);
const truth = fc.constantFrom(
  '$t',
  '$f',
  'true',
  'false',
  '$l.isEmpty()',
  '$s.isEmpty()',
  '$m.containsKey("k")',
  '$l.contains("x")',
);
const nothing = fc.constantFrom('$nope', '$m.nope', '$s.nope');
const held = fc.constantFrom('$l', '$m', '$m.z', '$m.keySet()', '$m.values()');
/** Java prints an array's address, so arrays are walked but never printed. */
const walked = fc.oneof(held, fc.constantFrom('$s.split(",")', '[1..3]', '[$n..5]', '["p", $s]', '$nope'));
const operand = fc.oneof(number, text, truth, nothing, held);

const arithmetic = fc.tuple(number, fc.constantFrom('+', '-', '*', '/', '%'), number).map((parts) => parts.join(' '));
const comparison = fc
  .tuple(fc.oneof(number, text), fc.constantFrom('==', '!=', '<', '>', '<=', '>='), fc.oneof(number, text))
  .map((parts) => parts.join(' '));
const written = fc.constantFrom("'x'", '"x"', "''", '0', '1', '1.5', '[]', '["a"]', '{}', '[1..2]', '"$s"');
const condition = fc.oneof(
  comparison,
  operand,
  written,
  arithmetic,
  written.map((each) => `!${each}`),
  fc.tuple(fc.oneof(truth, written), fc.constantFrom('&&', '||'), written).map((parts) => parts.join(' ')),
  fc.tuple(truth, fc.constantFrom('&&', '||', 'and', 'or'), fc.oneof(truth, nothing)).map((parts) => parts.join(' ')),
  truth.map((each) => `!${each}`),
  comparison.map((each) => `!(${each})`),
);

const printed = fc.constantFrom(
  ...[
    '$n',
    '$d',
    '$s',
    '$e',
    '$t',
    '$l',
    '$m',
    '$nope',
    '$!nope',
    '${s}',
    '${m.k}',
    '$m.a-b',
    '$m.z[0]',
    '$l[-1]',
    '$s.x',
    '$n.',
    '\\$s',
    '\\\\$s',
  ],
  ...[
    '$s.toUpperCase()',
    '$s.substring(1,3)',
    '$s.indexOf("b")',
    '$s.replaceAll("[a-c]","<$0>")',
    '$s.split("-").size()',
    '${foreach.index}',
    '${velocityCount}',
  ],
  ...['$m.entrySet()', '$m.get("k").length()', '$l.subList(0,2)', '$m.size()', '$v', '$i', '$r'],
);
const plain = fc.constantFrom(
  'a',
  ' ',
  '\n',
  '  \n',
  '\t',
  '{"k": ',
  '}x',
  '"',
  ',',
  '\\ ',
  '\\n',
  '.',
  '(',
  '$5',
  ' ## c\n',
  '#* c *#',
  '#[[ $s ]]#',
  '-',
  '!',
);

/** Programs that Velocity and we must print alike, blanks and all. */
export const programs: fc.Arbitrary<string> = fc
  .letrec<{ block: string; statement: string }>((tie) => ({
    block: fc.array(tie('statement'), { maxLength: 5 }).map((statements) => statements.join('')),
    statement: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.oneof(printed, plain),
      fc
        .tuple(fc.constantFrom('v', 'r', 'w'), fc.oneof(operand, arithmetic, condition))
        .map(([name, value]) => `#set($${name} = ${value})`),
      fc
        .tuple(condition, tie('block'), tie('block'))
        .map(([test, body, otherwise]) => `#if(${test})${body}#{else}${otherwise}#end`),
      fc.tuple(condition, tie('block')).map(([test, body]) => `#if( ${test} )\n${body}#end`),
      fc
        .tuple(walked, tie('block'))
        .map(([over, body]) => `#foreach($i in ${over})${body}#if($foreach.hasNext),#end#end`),
      fc.constantFrom('#break', '#stop', '#if($n > 3)#break#end'),
    ),
  }))
  .block.map((program) => `${PRELUDE}${program}.`);
