import { compactBytes, compactText, JsonSyntaxError, jacksonBytes, parseJson } from './index';

const problemOf = (source: Buffer | string): string => {
  try {
    parseJson(source);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return `${error.problem} at ${error.offset}`;
    throw error;
  }
  return 'parsed';
};

describe('parseJson', () => {
  test('finds members, elements and their text', () => {
    const root = parseJson('{"records":[{"key":"a","value":{"n":1}},{"key":null}],"b":true}');
    expect(root.kind).toBe('object');
    expect(root.size).toBe(2);
    const records = root.get('records')!;
    expect(records.size).toBe(2);
    expect(records.at(0)!.get('key')!.text).toBe('a');
    expect(records.elements().map((record) => record.get('key')!.kind)).toEqual(['string', 'null']);
    expect(records.at(2)).toBeUndefined();
    expect(records.get('key')).toBeUndefined();
    expect(root.get('b')!.toValue()).toBe(true);
    expect(root.get('c')).toBeUndefined();
  });

  test('gives the source of any node, blanks inside it included', () => {
    expect(parseJson(' { "a" : [ 1 , 2 ] } ').get('a')!.raw.toString()).toBe('[ 1 , 2 ]');
  });

  test('reads a whole value into plain JavaScript', () => {
    expect(parseJson('{"a":[1,-2.5e1,"x\\n\\u00e9",false,null,{}],"b":{"c":[]}}').toValue()).toEqual({
      a: [1, -25, 'x\né', false, null, {}],
      b: { c: [] },
    });
  });

  test('keeps a member called __proto__ as a member', () => {
    const value = parseJson('{"__proto__":{"admin":true}}').toValue() as { admin?: boolean };
    expect(value.admin).toBeUndefined();
    expect(Object.keys(value)).toEqual(['__proto__']);
  });

  test('keeps the digits of numbers', () => {
    expect(parseJson('[9007199254740993]').at(0)!.text).toBe('9007199254740993');
  });

  test('takes the last value of a repeated name, at the place of the first, however the name is written', () => {
    const root = parseJson('{"a":1,"b":2,"\\u0061":3}');
    expect(root.get('a')!.text).toBe('3');
    expect(root.size).toBe(2);
    expect([...root.members()].map(([name, member]) => `${name}=${member.text}`)).toEqual(['a=3', 'b=2']);
    expect(compactText(root)).toBe('{"a":3,"b":2}');
  });

  test('finds a repeated name among many', () => {
    const names = Array.from({ length: 100 }, (_, index) => `"n${index}":${index}`).join(',');
    expect(parseJson(`{${names},"n7":"last"}`).get('n7')!.text).toBe('last');
    expect(parseJson(`{${names},"n7":"last"}`).size).toBe(100);
    expect(parseJson(`{${names}}`).size).toBe(100);
  });

  test('tells different names with the same hash apart', () => {
    // 'Aa' and 'BB' are the textbook collision of a times-31 hash.
    expect(parseJson('{"Aa":1,"BB":2}').size).toBe(2);
  });

  test.each([
    ['', 'end at 0'],
    ['  ', 'end at 2'],
    ['{', 'end at 1'],
    ['[1,', 'end at 3'],
    ['"abc', 'end at 4'],
    ['"abc\\', 'end at 5'],
    ['[1,]', 'unexpected at 3'],
    ['{"a":1,}', 'unexpected at 7'],
    ['{a:1}', 'unexpected at 1'],
    ["{'a':1}", 'unexpected at 1'],
    ['{"a" 1}', 'unexpected at 5'],
    ['[1 2]', 'unexpected at 3'],
    ['[1}', 'unexpected at 2'],
    ['1 2', 'trailing at 2'],
    ['{}{}', 'trailing at 2'],
    ['nul', 'end at 3'],
    ['nulL', 'unexpected at 3'],
    ['NaN', 'unexpected at 0'],
    ['Infinity', 'unexpected at 0'],
    ['// comment', 'unexpected at 0'],
    ['\ufeff{}', 'unexpected at 0'],
    ['01', 'bad-number at 1'],
    ['-', 'end at 1'],
    ['1.', 'end at 2'],
    ['.5', 'unexpected at 0'],
    ['+1', 'unexpected at 0'],
    ['1e', 'end at 2'],
    ['[1e+]', 'unexpected at 4'],
    ['"\\x"', 'bad-escape at 1'],
    ['"\\u12g4"', 'bad-escape at 1'],
    ['"\n"', 'control-character at 1'],
  ])('refuses %j', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  test.each([
    ['a lone continuation byte', [0x22, 0x80, 0x22], 1],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22], 1],
    ['a surrogate half', [0x22, 0xed, 0xa0, 0x80, 0x22], 1],
    ['after a replacement character that was sent', [0x22, 0xef, 0xbf, 0xbd, 0xff, 0x22], 4],
    ['a character cut short', [0x22, 0x61, 0xf0, 0x9f, 0x93], 2],
    ['a Latin-1 letter', [0x5b, 0x22, 0xe9, 0x22, 0x5d], 2],
  ])('refuses bytes that are not UTF-8: %s', (_, bytes, offset) => {
    expect(problemOf(Buffer.from(bytes))).toBe(`invalid-utf8 at ${offset}`);
  });

  test('refuses nesting beyond the limit without using the stack', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseJson(nested(1000)).kind).toBe('array');
    expect(problemOf(nested(1001))).toBe('too-deep at 1000');
    expect(problemOf('{"a":'.repeat(5_000_000))).toBe('too-deep at 5000');
    expect(() => parseJson('[[[]]]', { maxDepth: 2 })).toThrow('nested deeper than 2 levels');
  });

  test('refuses a number longer than the limit', () => {
    expect(parseJson('9'.repeat(1000)).text).toHaveLength(1000);
    expect(problemOf(`[${'9'.repeat(1001)}]`)).toBe('number-too-long at 1');
  });

  test('reads texts larger than its first table of places', () => {
    const root = parseJson(`[${'[1,"two"],'.repeat(20_000)}3]`);
    expect(root.size).toBe(20_001);
    expect(root.at(19_999)!.at(1)!.text).toBe('two');
    expect(root.at(20_000)!.text).toBe('3');
  });
});

describe('compactBytes', () => {
  test.each([
    ['{ "b" : [ 1.50 , 1e3 ] ,\n\t"a" : "x" }', '{"b":[1.50,1e3],"a":"x"}'],
    ['"caf\\u00e9 \\/ \\ud83d\\udccc \\"\\\\"', '"café / 📌 \\"\\\\"'],
    ['"a\\/b"', '"a/b"'],
    ['"\\ud83d"', '"\\ud83d"'],
    ['9007199254740993', '9007199254740993'],
    ['{}', '{}'],
  ])('writes %j as %j', (source, expected) => {
    expect(compactBytes(parseJson(source)).toString()).toBe(expected);
    expect(compactText(parseJson(source))).toBe(expected);
  });

  test('gives a view of the source when nothing is to be changed', () => {
    const source = Buffer.from('{"a": {"b":"é"}}');
    const value = compactBytes(parseJson(source).get('a')!);
    expect(value.buffer).toBe(source.buffer);
    expect(value.toString()).toBe('{"b":"é"}');
  });
});

describe('jacksonBytes', () => {
  // Right column: printed by Jackson 2.19.2, writeValueAsBytes(readTree(left)).
  test.each([
    ['1.50', '1.5'],
    ['1e3', '1000.0'],
    ['1E-7', '1.0E-7'],
    ['0.12345678901234567890', '0.12345678901234568'],
    ['0.001', '0.001'],
    ['0.0010', '0.001'],
    ['0.00099', '9.9E-4'],
    ['9999999.5', '9999999.5'],
    ['10000000.0', '1.0E7'],
    ['12345678.5', '1.23456785E7'],
    ['1.0', '1.0'],
    ['0.0', '0.0'],
    ['-0.0', '-0.0'],
    ['-0', '0'],
    ['-77.25', '-77.25'],
    ['5e-324', '4.9E-324'],
    ['1e400', '"Infinity"'],
    ['-1e400', '"-Infinity"'],
    ['1e-400', '0.0'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['"\\u00e9\\/"', '"é/"'],
    ['"\u{1f4cc}é"', '"\\uD83D\\uDCCCé"'],
    ['"\\ud83d\\udccc"', '"\\uD83D\\uDCCC"'],
    ['"\\ud83d"', '"\\uD83D"'],
    ['"\\u001f\\u007f\\u0000\\n\\t\\b\\f\\r"', '"\\u001F\u007f\\u0000\\n\\t\\b\\f\\r"'],
    ['"\\\\u001f"', '"\\\\u001f"'],
    ['"\\u2028"', '"\u2028"'],
    ['{"\u{1f4cc}":1}', '{"\\uD83D\\uDCCC":1}'],
    ['{ "b" : 1, "a" : [ ] }', '{"b":1,"a":[]}'],
    ['{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'],
    ['{"__proto__":{"a":1},"x":"é"}', '{"__proto__":{"a":1},"x":"é"}'],
  ])('writes %s as %s', (source, expected) => {
    expect(jacksonBytes(parseJson(source)).toString()).toBe(expected);
  });

  test('gives a view of the source when Jackson would write the same', () => {
    const source = Buffer.from('[{"latitude":-77.25,"title":"é \\"x\\"","n":12}, 1]');
    const value = jacksonBytes(parseJson(source).at(0)!);
    expect(value.buffer).toBe(source.buffer);
    expect(value.toString()).toBe('{"latitude":-77.25,"title":"é \\"x\\"","n":12}');
  });
});
