import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// Faults that the emulators of API Gateway do not see, because they encode, escape or ignore otherwise than AWS.
// The gateway's own tests render these templates; here it is their text that counts.

const FOLDER = join(__dirname, '../../../lib/constructs/templates');
const templates = readdirSync(FOLDER).map((file) => [file, readFileSync(join(FOLDER, file), 'utf8').trim()] as const);

test('there is a template for each operation and one for its errors', () => {
  expect(templates.map(([file]) => file)).toEqual([
    'create-stream.vtl',
    'delete-stream.vtl',
    'describe-stream.vtl',
    'kinesis-error.vtl',
    'list-streams.vtl',
    'put-record.vtl',
    'put-records.vtl',
    'view-missing.vtl',
    'view-request.vtl',
    'views-error.vtl',
    'views-missing.vtl',
  ]);
});

test.each(templates)('%s encodes JSON text only: of an object AWS would encode {k=v}', (_file, text) => {
  const encoded = [...text.matchAll(/\$util\.base64Encode\((.{11})/g)].map(([, argument]) => argument);
  for (const argument of encoded) expect(argument).toBe('$input.json');
  expect(encoded).toHaveLength(text.includes('"Data"') ? 1 : 0);
});

test.each(templates)("%s turns \\' back into ' wherever it escapes, because \\' is no JSON", (_file, text) => {
  const escapes = text.match(/\$util\.escapeJavaScript/g) ?? [];
  const undone = text.match(/\$util\.escapeJavaScript\([^"]*?\)\.replaceAll\("\\\\'", ?"'"\)/g) ?? [];
  expect(undone).toHaveLength(escapes.length);
});

test.each(templates)('%s puts nothing between quotes that is neither escaped nor encoded', (_file, text) => {
  const quoted = [...text.matchAll(/: "(\$[^(]*)\(/g)].map(([, call]) => call);
  for (const call of quoted) expect(['$util.escapeJavaScript', '$util.base64Encode']).toContain(call);
});

test.each(['create-stream.vtl', 'delete-stream.vtl', 'describe-stream.vtl', 'put-record.vtl', 'put-records.vtl'])(
  '%s takes the stream from the path, never from the body',
  (file) => {
    const text = templates.find(([name]) => name === file)![1];
    expect(text).toContain(
      `"StreamName": "$util.escapeJavaScript($input.params('stream-name')).replaceAll("\\\\'","'")"`,
    );
    expect(text).not.toContain('$.StreamName');
  },
);

test('keys with a dash are read as AWS reads them', () => {
  expect(templates.find(([name]) => name === 'put-records.vtl')![1]).toContain('$record.partition-key');
});

test('a stream gets five shards unless the body says otherwise, as in the exercise', () => {
  expect(templates.find(([name]) => name === 'create-stream.vtl')![1]).toContain(
    `"ShardCount": #if($input.path('$.ShardCount') == '') 5 #else $input.path('$.ShardCount') #end`,
  );
});
