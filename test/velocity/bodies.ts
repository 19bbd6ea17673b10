// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Velocity writes references
/** Values that broke some engine or other: each is one record's `data`, as JSON text. */
export const DATA: Readonly<Record<string, string>> = {
  object: '{"i":1}',
  'object with blanks': '{ "b" : [ 1 , 2 ],\n\t"a" : { } }',
  string: '"x"',
  'empty string': '""',
  'string that looks like JSON': '"{\\"a\\":1}"',
  number: '7',
  zero: '0',
  'negative zero': '-0',
  decimal: '1.50',
  exponent: '1e21',
  'small exponent': '1.5E-7',
  'beyond 2^53': '9007199254740993',
  'beyond 2^64': '123456789012345678901234567890',
  true: 'true',
  false: 'false',
  'empty list': '[]',
  'empty object': '{}',
  'nested list': '[[1,[2,[]]],{"a":[null,{"b":"c"}]}]',
  'null inside': '{"a":null}',
  'double quotes': '{"q":"say \\"hi\\""}',
  'single quotes': '{"q":"it\'s"}',
  backslashes: '{"q":"C:\\\\dir\\\\new"}',
  'line breaks and tabs': '{"q":"a\\nb\\r\\tc"}',
  'control characters': '{"q":"\\u0000\\u001f\\u007f"}',
  'line separators': '{"q":"\\u2028\\u2029"}',
  slashes: '{"q":"</script> a\\/b"}',
  emoji: '{"q":"📌 👩‍👩‍👧 é ñ 漢字 עברית"}',
  'escaped emoji': '{"q":"\\ud83d\\udccc \\u00e9"}',
  'dashes and dots in names': '{"a-b":1,"a.b":2,"a b":3,"":4,"$":5}',
  'velocity in names': '{"$x":1,"#if":2,"${y}":3}',
  'velocity in text': '{"q":"$input.body ${x} #if(true) #end #set($a=1) $ # ## #* \\\\$x"}',
  'a name twice': '{"a":1,"b":2,"a":3}',
  __proto__: '{"__proto__":{"a":1},"constructor":2}',
  deep: `${'{"a":['.repeat(60)}1${']}'.repeat(60)}`,
  'a row':
    '{"index":7528,"unique_id":"fbe53c66","title":"No Title Data Available","follower_count":"12k","tag_list":"N,o","downloaded":1,"latitude":-89.9787,"longitude":-173.293}',
};

/** Partition keys, as JSON text. */
export const KEYS: Readonly<Record<string, string>> = {
  plain: '"a"',
  digits: '"7528"',
  'double quotes': '"a\\"b"',
  'single quotes': "\"it's 'quoted'\"",
  backslashes: '"a\\\\b\\\\\\\\c"',
  'a backslash before a quote': '"a\\\\\'b"',
  'an injected field': '"a\\",\\"StreamName\\":\\"other"',
  'velocity in it': '"$record #if($x) ${y} #end"',
  slashes: '"a/b</c>"',
  'line breaks': '"a\\nb\\tc"',
  'line separators': '"a\\u2028b"',
  'control characters': '"\\u0001\\u007f"',
  emoji: '"📌é漢"',
  '256 characters': `"${'k'.repeat(256)}"`,
};

/** Names in the path. */
export const NAMES: readonly string[] = [
  'streaming-0afff2eeb7e3-pin',
  'a.b_c-d',
  'it\'s "quoted"',
  'a\\b',
  'é📌',
  '$x #if(true)',
  '","x":"',
];
