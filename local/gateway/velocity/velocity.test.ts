// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Velocity writes references
import { rendered } from '../testing/gateway';

// What Velocity 1.7 prints (null as nothing, as API Gateway has it) was printed by Apache Velocity 1.7 itself, with the same variables.

/** `$one` 1, `$s` "str", `$list` [a, b, c], `$map` {k=v, a-b=7, n=3}, `$t` true, `$f` false, `$d` 1.5, `$zero` 0, `$empty` "". */
const VARIABLES =
  '#set($one=1)#set($s="str")#set($list=["a","b","c"])#set($map={"k":"v","a-b":7,"n":3})#set($t=true)#set($f=false)#set($d=1.5)#set($zero=0)#set($empty="")';

const print = (template: string): Promise<string> => rendered(VARIABLES + template, '{}');

describe('text and references', () => {
  test.each([
    ['a $x b', 'a  b'],
    ['$5.00 x', '$5.00 x'],
    ['a $ b', 'a $ b'],
    ['"$.records[$one]"', '"$.records[1]"'],
    ['$s.', 'str.'],
    ['$s.length()x', '3x'],
    ['${map.k} ${map.a-b} ${s.length()}', 'v 7 3'],
    ['$map.a-b $map["k"] $map.get("k")', '7 v v'],
    ['$!nope $!{nope} $!s', '  str'],
    ['${} ${ s} $ {s}', '${} ${ s} $ {s}'],
    ['$$s $$$s', '$str $$str'],
    ['$s()', 'str()'],
    ['$s.length ()', ' ()'],
    ['$map . k', '{k=v, a-b=7, n=3} . k'],
    ['$s-x|$s.length()-x', '|3-x'],
    ['$map.k.length()', '1'],
    ['$list.get( 1 ) $list[1] $list[-1]', 'b b c'],
    ['$s["x"]|$list["0"]', '|'],
    ['@$s@ a@$s.com $s:$s;$s,$s/$s', '@str@ a@ str:str;str,str/str'],
    ['# a #fff #123 #( #{', '# a #fff #123 #( #{'],
    ['$1x $-x ${1} $s.1 $s.-x', '$1x $-x ${1} str.1 str.-x'],
  ])('%j prints %j', async (template, expected) => {
    expect(await print(template)).toBe(expected);
  });

  test.each([
    ['\\$s \\\\$s \\\\\\$s \\\\\\\\$s', '$s \\str \\$s \\\\str'],
    ['\\$nope', '\\$nope'],
    ['\\$!s|\\${s}|\\$!{s}', '$!s|${s}|$!{s}'],
    ['\\#if(1)', '#if(1)'],
    ['\\a \\" \\\\ \\n', '\\a \\" \\\\ \\n'],
    ['$s\\n', 'str\\n'],
    ['\\\\#set($a=1)b', '\\\\b'],
  ])('a backslash means something only before a reference or a directive: %j', async (template, expected) => {
    expect(await print(template)).toBe(expected);
  });

  test.each([
    ['##c\nx', 'x'],
    ['x ##c', 'x '],
    ['a##\r\nb', 'ab'],
    ['a #* c\n *# b', 'a  b'],
    ['#[[ $x #if ]]# y', ' $x #if  y'],
  ])('comments and raw text: %j', async (template, expected) => {
    expect(await print(template)).toBe(expected);
  });
});

describe('blanks around directives', () => {
  test.each([
    ['.\n  #set($a=1)  \n  b', '.\n    b'],
    ['x #set($a=1) y', 'x  y'],
    ['$s  #set($a=1)  b', 'str  b'],
    ['$s\n  #set($a=1)\nb', 'str\n  b'],
    ['##c\n  #set($a=1)b', 'b'],
    ['#if($t)\n  foo\n#end\nbar', '  foo\nbar'],
    ['#if($t)  \n  foo\n#end  \nbar', '  foo\nbar'],
    ['#if($t)\r\nx\r\n#end\r\ny', 'x\r\ny'],
    ['.#if($t)  x #end y', '.  x  y'],
    ['#if($f)a\n  #else  \n  b\n  #end  x', '  b\n    x'],
    ['#if($f)a#elseif($t)  \n b#end', ' b'],
    ['#foreach($i in $list)\n $i\n#end\n.', ' a\n b\n c\n.'],
    ['#if($t)a#end\n\n\nb', 'a\n\nb'],
    ['#if\n(\n$t\n)x#end', 'x'],
    ['text #{if}($t)y#{end}. #{set}($a=1)z', 'text y. z'],
  ])('%j prints %j', async (template, expected) => {
    expect(await print(template)).toBe(expected);
  });
});

describe('#foreach', () => {
  test.each([
    [
      '#foreach($i in [1..3])$i,$velocityCount,$foreach.index,$foreach.count,$foreach.hasNext,$foreach.first,$foreach.last;#end$i',
      '1,1,0,1,true,true,false;2,2,1,2,true,false,false;3,3,2,3,false,false,true;',
    ],
    ['#foreach($i in [3..1])$i#end', '321'],
    ['#foreach($i in $map)$i#end', 'v73'],
    ['#foreach($e in $map.entrySet())$e.key=$e.value $e.getKey();#end', 'k=v k;a-b=7 a-b;n=3 n;'],
    ['#foreach($i in $nope)$i#end#foreach($i in "abc")$i#end', ''],
    ['#foreach($i in $list)$i#if($i=="b")#break#end.#end x', 'a.b x'],
    [
      '#foreach($i in $list)#foreach($j in $list)$foreach.parent.index$foreach.index #end#end',
      '00 01 02 10 11 12 20 21 22 ',
    ],
    ['#foreach($i in [1..2])#foreach($j in [7..9])$j#break#end$i#end', '7172'],
    ['#foreach($i in [1..2])$velocityHasNext#end', 'truefalse'],
    ['#foreach($i in $list)#set($i="q")$i#end', 'qqq'],
    ['#set($q="a")#foreach($q in $list)$q#end$q', 'abca'],
    ['#foreach(${i} in$list)$i#end', 'abc'],
    ['#if($foreach)a#{else}b#end', 'b'],
  ])('%j prints %j', async (template, expected) => {
    expect(await print(template)).toBe(expected);
  });

  test('#break outside a loop and #stop anywhere end the template', async () => {
    expect(await print('a#break b')).toBe('a');
    expect(await print('a#stop b')).toBe('a');
    expect(await print('#foreach($i in $list)$i #stop x#end y')).toBe('a ');
  });
});

describe('#set', () => {
  test.each([
    ['#set($a=1)#set($a=$nope)$a', '1'],
    ['#set($a=1)#set($a=$null)$a', '1'],
    ['#set($x = $t && $f)$x #set($y = 1==1)$y #set($z=!$t)$z', 'falsetruefalse'],
    ['#set($map.z = 5)$map.z #set($list[0]="q")$list[0]', '5q'],
    ['#set($a={})#set($a.b={})#set($a.b.c=1)$a', '{b={c=1}}'],
    ['#set($nope.x=1)ok', 'ok'],
    ["#set($a='it''s $s')$a", "it's $s"],
    ['#set($a="a""q")$a', 'a"q'],
    ['#set($a="\\u0041\\n")$a', 'A\\n'],
    ["#set($a='\\u0041')$a", '\\u0041'],
    ['#set($a="$s.length()x")$a #set($b="#if($t)y#end")$b', '3xy'],
    ['#set($a="a$")$a#set($a="#")$a#set($a="a#b$1")$a', 'a$#a#b$1'],
    ['#set($a="##x")[$a]', '[]'],
    ['#set($a="$map.get(\'k\')")$a', 'v'],
    ['#set($a="a\\$s")$a', 'a$s'],
    ['#set($a="x\ny")$a', 'x\ny'],
    ['#set($a = [ 1 , "x", $s, {"a":1} ])$a', '[1, x, str, {a=1}]'],
    ['#set($a = { "a" : 1, "b":[1,2], $s:3 })$a $a.a $a.get("b") $a.str', '{a=1, b=[1, 2], str=3} 1 [1, 2] 3'],
    ['#set($m={})$m #set($l=[])$l', '{}[]'],
    ['#set($x = [1..3])$x $x.size()', '[1, 2, 3] 3'],
    ['#set($a=[$nope..2])[$a]', '[]'],
    ['#set($a=-1)$a #set($b=07)$b #set($c=.5)$c #set($e=1.)$e', '-170.51.0'],
  ])('%j prints %j', async (template, expected) => {
    expect(await print(template)).toBe(expected);
  });
});

describe('arithmetic is Java’s', () => {
  test.each([
    ['#set($a=7/2)$a', '3'],
    ['#set($a= -7/2)$a', '-3'],
    ['#set($a=7%2)$a', '1'],
    ['#set($a=-7%3)$a', '-1'],
    ['#set($a=7/2.0)$a', '3.5'],
    ['#set($a=1.0)$a', '1.0'],
    ['#set($a=10000000.0)$a', '1.0E7'],
    ['#set($a=0.0001)$a', '1.0E-4'],
    ['#set($a=1.5e3)$a', '1500.0'],
    ['#set($a=1e400)$a', 'Infinity'],
    ['#set($a=0.1+0.2)$a', '0.30000000000000004'],
    ['#set($a=5/3.0)$a', '1.6666666666666667'],
    ['#set($a=1+2*3)$a', '7'],
    ['#set($a=(1+2)*3)$a', '9'],
    ['#set($a=2147483647+1)$a', '2147483648'],
    ['#set($a=9223372036854775807+1)$a', '9223372036854775808'],
    ['#set($a=99999999999999999999)$a', '99999999999999999999'],
    ['#set($a=$one+$d)$a', '2.5'],
    ['#set($a="x"+1)$a', 'x1'],
    ['#set($a=9)#set($a=1/0)$a', '9'],
    ['#set($a=9)#set($a=1.0/0)$a', '9'],
    ['#set($a=9)#set($a=5%0)$a', '9'],
    ['#set($a=9)#set($a=$t+1)$a', '9'],
    ['#set($a=9)#set($a=$nope+1)$a', '9'],
    ['#set($a=$list.size() - 1)$list[$a]', 'c'],
    ['#set($a=$list.size()- 1)$a', '2'],
    ['#set($a=$one-1)[$a]', '[]'],
  ])('%s prints %s', async (template, expected) => {
    expect(await print(template)).toBe(expected);
  });
});

describe('truth and comparison', () => {
  test.each([
    ['#if($empty)t#end#if($zero)t#end#if($list)t#end#if($map)t#end', 'tttt'],
    // Text, numbers, lists and maps are true only by way of a variable: written into a condition, Velocity 1.7 takes them for false.
    [`#if('x')t#end#if("x")t#end#if(1)t#end#if([1])t#end#if({"a":1})t#end#if(1 + 1)t#end`, ''],
    [`#if(!'x')t#end#if('x' || $t)t#end#if('x' && $t)f#end#if('x' == 'x')t#end#set($x = !'y')$x`, 'ttttrue'],
    ['#set($e=[])#if($e)t#end#if($nope)f#end#if($f)f#end', 't'],
    ['#if($one == "1")t#end#if($one==1.0)t#end#if($s=="str")t#end#if($nope==$nada)t#end', 'tttt'],
    ['#if($t=="true")t#end#if($list=="[a, b, c]")t#end#if($list==["a","b","c"])t#end', 'ttt'],
    ['#if("a"<"b")t#else f#end#if(1<2.5)t#end#if($nope<1)t#else f#end#if($one>="1")t#else f#end', ' ft f f'],
    ['#if(!$nope)t#end#if(not $f)t#end#if($t and $f)x#end#if($t or $f)t#end', 'ttt'],
    ['#if($one eq 1)t#end#if($one ne 1)x#end#if($one lt 2)t#end#if($one ge 1)t#end', 'ttt'],
    ['#if(1==1&&2==2)t#end#if((1==1)&&!(2==3))t#end', 'tt'],
    ['#if($f)a#elseif($one == 2)b#elseif($t)c#{else}d#end', 'c'],
    // These two are API Gateway's, not Velocity's: nothing equals the empty string.
    ['#if($nope == "")t#end#if("" == $nope)t#end#if($nope != "x")t#end', 'ttt'],
    ['#if($nope == 0)f#end#if($nope == false)f#end', ''],
  ])('%s prints %s', async (template, expected) => {
    expect(await print(template)).toBe(expected);
  });
});

describe('methods', () => {
  test.each([
    ['$s.indexOf("t") $s.lastIndexOf("t") $s.indexOf("z") $s.indexOf("r",1)', '1 1 -1 2'],
    ['$s.substring(1) $s.substring(0,2) $s.substring(3)|', 'tr st |'],
    ['$s.replace("t",\'$T\') $s.trim() $s.concat("x") $s.toUpperCase() $s.charAt(0)', 's$Tr str strx STR s'],
    [
      '$s.matches("s.*") $s.matches("t") $s.equalsIgnoreCase("STR") $s.equals("str") $s.compareTo("sts")',
      'true false true true -1',
    ],
    ['$s.startsWith("s") $s.endsWith("r") $s.contains("t") $s.isEmpty() $s.empty', 'true true true false false'],
    ['$s.hashCode() $s.length().toString().length()', '114225 1'],
    ['$s.replaceFirst("[a-z]","<$0>") $s.replaceAll("(.)(.)","$2$1")', '<s>tr tsr'],
    ['$s.replaceFirst("t","X") $s.split("t").size() $s.replaceAll("t","Y")', 'sXr 2 sYr'],
    ['$s.split("t").size() $s.split("t")[0] #foreach($p in $s.split("t"))<$p>#end', '2 s <s><r>'],
    ['$list.size() $list.isEmpty() $list.contains("a") $list.indexOf("b") $list.subList(0,2)', '3 false true 1 [a, b]'],
    ['$list.add("z") $list', 'true [a, b, c, z]'],
    ['$list.set(0,"z") $list $list.add(1,"y") $list $list.remove(0) $list', 'a [z, b, c]  [z, y, b, c] z [y, b, c]'],
    ['$list.addAll($list) $list $list.clear() $list', 'true [a, b, c, a, b, c]  []'],
    ['$map.put("q",1)|$map.put("q",2)|$map.q', '|1|2'],
    ['$map.keySet() $map.values() $map.entrySet()', '[k, a-b, n] [v, 7, 3] [k=v, a-b=7, n=3]'],
    ['$map.containsKey("k") $map.containsValue(7) $map.remove("k") $map.size() $map.isEmpty()', 'true true v 2 false'],
    ['$map.putAll({"a":1}) $map $map.getOrDefault("zz","d") $map.clear() $map', ' {k=v, a-b=7, n=3, a=1} d  {}'],
    [
      '$one.parseInt("5") $one.equals(1) $one.compareTo(2) $one.doubleValue() $d.intValue() $one.toString()',
      '5 true -1 1.0 1 1',
    ],
    ['$one.size()|$s.size()|$map.keySet().get(0)|$map.values()[0]', '|||'],
    ['#foreach($b in $s.bytes)$b #end$s.getBytes().size() $d.naN $d.infinite', '115 116 114 3 false false'],
    ['$map.replace("k","w") $map.k $map.replace("zz","w")', 'v w '],
    ['$s.equalsIgnoreCase($nope) $s.valueOf($nope)', 'false null'],
  ])('%s prints %s', async (template, expected) => {
    expect(await print(template)).toBe(expected);
  });

  test.each([
    ['$s.substring(9)', 'StringIndexOutOfBoundsException'],
    ['$s.charAt(3)', 'StringIndexOutOfBoundsException'],
    ['$list.get(5)', 'IndexOutOfBoundsException'],
    ['$list[5]', 'IndexOutOfBoundsException'],
    ['$one.parseInt("x")', 'NumberFormatException'],
    ['$s.replaceAll("s","$1")', 'names a group that the pattern does not have'],
    ['$s.replaceAll("s++","x")', 'possessive quantifiers'],
    ['$s.matches("(")', 'cannot be read'],
    ['$s.length(1)', 'String.length(1) is not supported with these arguments'],
    ['$s.indexOf(97)', 'String.indexOf(97) is not supported with these arguments'],
    ['$s.concat($nope)', 'String.concat(null) is not supported with these arguments'],
    ['$one.valueOf("5")', 'Number.valueOf(5) is not supported with these arguments'],
    ['$one.compareTo(3000000000)', 'Number.compareTo(3000000000) is not supported with these arguments'],
    ['$t.hashCode()', 'Boolean.hashCode() is not supported'],
    ['$list.hashCode()', 'List.hashCode() is not supported'],
    ['$map.keySet().remove("k")', 'Collection.remove(k) is not supported'],
    ['$s.split("t")', 'Java prints the address of an array'],
    ['$s.bytes', 'Java prints the address of an array'],
    ['$s[-1]', 'only a list is counted from its end'],
  ])('%s fails, as the exception does in Java', async (template, message) => {
    await expect(print(template)).rejects.toThrow(message);
    await expect(print(template)).rejects.toThrow('500 {"message":"Internal server error"}');
  });
});

describe('#macro and #define', () => {
  test.each([
    ['#macro(m $p $q)<$p|$q>#end#m(1 2)#m($s, "x")#m(1)', '<1|2><str|x><1|>'],
    ['#m(1)#macro(m $p)[$p]#end', '[1]'],
    ['#macro(r $x)#set($y="in")$x#end#r($y)$y', 'inin'],
    ['#macro(outer $p)#inner($p)#end#macro(inner $p)($p)#end#outer($s)', '(str)'],
    ['#define($d)hi $x#end$d #set($x="you")$d', 'hi hi you'],
  ])('%j prints %j', async (template, expected) => {
    expect(await print(template)).toBe(expected);
  });
});

describe('what cannot be read is refused at load', () => {
  test.each([
    ['#if($t)x', 'line 1, column 8: this block has no #end'],
    ['a\nx#end', 'line 2, column 2: #end has no matching directive before it'],
    ['#else', '#else has no matching directive before it'],
    ['#if($t)x#else y#else z#end', '#else has no matching directive before it'],
    ['#foreach($x in [])a#else b#end', '#else has no matching directive before it'],
    ['#if()x#end', 'expected a value here'],
    ['#set($a)', "expected '=' here"],
    ['#set($a=)', 'expected a value here'],
    ['#set($a=null)', 'expected a value here'],
    ['#set($a=3 -1)', "expected ')' here"],
    ['#set($a="a\\"q")', "expected ')' here"],
    ['#set($a=[1,])', 'expected a value here'],
    ['#set($a.b()=1)', 'cannot assign to the result of a method'],
    ['#set(${a}=1)', '#set needs a plain reference'],
    ['#foreach($i)x#end', "expected 'in' here"],
    ['${s}x ${s', "expected '}' here"],
    ['$list.get(1', "expected ',' or ')' here"],
    ['a $', "a '$' at the very end"],
    ['a#', "a '#' at the very end"],
    ['#*x', "this comment has no '*#'"],
    ['#[[x', "this raw text has no ']]#'"],
    ['#foo(1)', 'there is no directive or macro #foo'],
    ['#parse("x")', '#parse is not supported'],
    ['#include("x")', '#include is not supported'],
    ['#evaluate("x")', '#evaluate is not supported'],
    ['$s.class', '.class is the Java class of a value'],
    ['#if($map.k.class.name)x#end', '.class is the Java class of a value'],
    ['$s.getClass()', '$s has no method getClass() in this gateway'],
    ['$s.format("%s", 1)', '$s has no method format() in this gateway'],
    ['$one.toHexString(255)', '$one has no method toHexString() in this gateway'],
    ['$s.lenght()', '$s has no method lenght() in this gateway'],
    ['$input.jsonn("$")', '$input has no method jsonn()'],
    ['$util.base64encode("x")', '$util has no method base64encode()'],
    ['$foreach.hasnext', '$foreach has no hasnext'],
    ['"$input.bdoy"', '$input has no bdoy'],
  ])('%s', async (template, message) => {
    await expect(rendered(template, '{}')).rejects.toThrow(message);
  });

  test('a template over 300 KB', async () => {
    await expect(rendered('x'.repeat(300 * 1024 + 1), '{}')).rejects.toThrow('at most 307200 characters');
  });
});
