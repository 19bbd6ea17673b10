// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Velocity writes references

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Values of every Java class that a template meets, each with the public methods of its class in Java 17. */
const CLASSES: readonly { readonly value: string; readonly methods: readonly string[] }[] = [
  {
    value: '#set($v="a-b,c")',
    methods:
      words(`charAt chars codePointAt codePointBefore codePointCount codePoints compareTo compareToIgnoreCase concat contains
      contentEquals copyValueOf describeConstable endsWith equals equalsIgnoreCase format formatted getBytes getChars hashCode indent
      indexOf intern isBlank isEmpty join lastIndexOf length lines matches offsetByCodePoints regionMatches repeat replace replaceAll
      replaceFirst resolveConstantDesc split startsWith strip stripIndent stripLeading stripTrailing subSequence substring toCharArray
      toLowerCase toString toUpperCase transform translateEscapes trim valueOf`),
  },
  ...['#set($v=7)', "#set($v=$input.path('$.long'))", "#set($v=$input.path('$.big'))"].map((value) => ({
    value,
    methods:
      words(`bitCount byteValue compare compareTo compareUnsigned decode describeConstable divideUnsigned doubleValue equals
      floatValue getInteger getLong hashCode highestOneBit intValue longValue lowestOneBit max min numberOfLeadingZeros parseInt parseLong
      parseUnsignedInt remainderUnsigned resolveConstantDesc reverse reverseBytes rotateLeft rotateRight shortValue signum sum
      toBinaryString toHexString toOctalString toString toUnsignedLong toUnsignedString valueOf abs add mod multiply negate pow`),
  })),
  {
    value: '#set($v=2.5)',
    methods:
      words(`byteValue compare compareTo describeConstable doubleToLongBits doubleToRawLongBits doubleValue equals floatValue
      hashCode intValue isFinite isInfinite isNaN longBitsToDouble longValue max min parseDouble resolveConstantDesc shortValue sum
      toHexString toString valueOf`),
  },
  {
    value: '#set($v=true)',
    methods:
      words(`booleanValue compare compareTo describeConstable equals getBoolean hashCode logicalAnd logicalOr logicalXor
      parseBoolean toString valueOf`),
  },
  ...['#set($v=["a",3,"b"])', "#set($v=$input.path('$.list'))", "#set($v=$input.path('$.list[*]'))"].map((value) => ({
    value,
    methods:
      words(`add addAll clear clone contains containsAll ensureCapacity equals forEach get hashCode indexOf isEmpty iterator
      lastIndexOf listIterator remove removeAll removeIf replaceAll retainAll set size sort spliterator stream subList toArray toString
      trimToSize`),
  })),
  ...['#set($v={"a":"b","n":1})', "#set($v=$input.path('$.map'))"].map((value) => ({
    value,
    methods:
      words(`clear clone compute computeIfAbsent computeIfPresent containsKey containsValue entrySet equals forEach get
      getOrDefault hashCode isEmpty keySet merge put putAll putIfAbsent remove replace replaceAll size toString values`),
  })),
  ...['keySet', 'values', 'entrySet'].map((view) => ({
    value: `#set($m={"a":"b","n":1})#set($v=$m.${view}())`,
    methods:
      words(`add addAll clear contains containsAll equals forEach get hashCode indexOf isEmpty iterator remove removeAll retainAll
      set size spliterator stream subList toArray toString`),
  })),
  {
    value: '#set($v=["x"])#foreach($e in {"a":"b"}.entrySet())#set($v=$e)#end',
    methods: words('equals getKey getValue hashCode setValue toString'),
  },
];

const ARGUMENTS = ['0', '1', '"a"', '"b"', '"1"', 'true', '2.5', '["a"]', '{"a":"b"}', '$nope'];
const PAIRS = ['0,1', '1,0', '0,"b"', '"a","b"', '"a",1', '"b",0', '"7",8', '5,2', '"zz","y"', '"a",["q"]'];
const PROPERTIES = words('class bytes empty blank infinite naN declaringClass first last key value length size name');

/** Every method of every class with no argument, with one and with two; and the properties that Java's getters make. */
export const METHOD_CALLS: readonly string[] = CLASSES.flatMap(({ value, methods }) => [
  ...methods.flatMap((method) => ['', ...ARGUMENTS, ...PAIRS].map((args) => `${value}$v.${method}(${args})|$v`)),
  ...methods.map((method) => `${value}#foreach($x in $v.${method}())[$x]#end`),
  ...PROPERTIES.map((property) => `${value}$v.${property}`),
  ...PROPERTIES.map((property) => `${value}#foreach($x in $v.${property})[$x]#end`),
  `${value}$v.getClass()`,
  `${value}$v[0]`,
  `${value}$v["a"]`,
  `${value}$v[-1]`,
]);

export const METHOD_BODY =
  '{"long":9007199254740993,"big":123456789012345678901,"list":["a",3,"b"],"map":{"a":"b","n":1}}';
