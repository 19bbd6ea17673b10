// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Velocity writes references
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '..', '..', 'lib', 'constructs', 'templates');

/** The API's own templates by name. */
export const OURS: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.vtl'))
    .map((file) => [file.slice(0, -'.vtl'.length), readFileSync(join(FOLDER, file), 'utf8').trim()]),
);

/** AWS's tutorial for Kinesis: escapes nothing, and encodes objects as Java prints them. */
export const TUTORIAL: Readonly<Record<'create' | 'record' | 'records' | 'stream', string>> = {
  create:
    "{\"ShardCount\": #if($input.path('$.ShardCount') == '') 5 #else $input.path('$.ShardCount') #end, \"StreamName\": \"$input.params('stream-name')\"}",
  stream: '{"StreamName": "$input.params(\'stream-name\')"}',
  record: `{
    "StreamName": "$input.params('stream-name')",
    "Data": "$util.base64Encode($input.json('$.Data'))",
    "PartitionKey": "$input.path('$.PartitionKey')"
}`,
  records: `{
    "StreamName": "$input.params('stream-name')",
    "Records": [
       #foreach($elem in $input.path('$.records'))
          {
            "Data": "$util.base64Encode($elem.data)",
            "PartitionKey": "$elem.partition-key"
          }#if($foreach.hasNext),#end
        #end
    ]
}`,
};

/** Other ways in which such templates are written. */
export const IDIOMS: Readonly<Record<string, string>> = {
  'index by a range':
    '#set($last = $input.path("$.records").size() - 1)[#foreach($i in [0..$last]){"Data":"$util.base64Encode($input.json("$.records[${i}].data"))"}#if($foreach.hasNext),#end#end]',
  'index in a variable':
    '[#foreach($e in $input.path("$.records"))#set($i = $foreach.index){"Data":"$util.base64Encode($input.json("$.records[$i].data"))","PartitionKey":"$util.escapeJavaScript($e[\'partition-key\']).replaceAll("\\\\\'","\'")"}#if($foreach.hasNext),#end#end]',
  'get and size':
    '#set($records = $input.path("$.records")){"n":$records.size(),"first":$records.get(0).get("partition-key").length(),"empty":$records.isEmpty()}',
  'a list that grows':
    '#set($keys = [])#foreach($e in $input.path("$.records"))#set($ok = $keys.add($e.partition-key.length()))#end$keys',
  'url encoding': '$util.urlEncode($input.path("$.records[0].partition-key"))',
  'there and back': '$util.urlDecode($util.urlEncode($input.path("$.records[0].partition-key")))',
  'the body again': '{"Data":"$util.base64Encode($input.body)"}',
};
