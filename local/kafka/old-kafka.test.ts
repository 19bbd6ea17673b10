import { execFile } from 'node:child_process';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

/** What Apache Kafka 2.8.2 answers to ApiVersions, of the calls that matter here: key, first and last version. */
const APIS_OF_2_8_2 = [
  [0, 0, 9],
  [1, 0, 12],
  [2, 0, 6],
  [3, 0, 11],
  [18, 0, 3],
  [19, 0, 7],
  [22, 0, 4],
] as const;
const API_VERSIONS = 18;

let server: Server;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

/** Speaks as Kafka 2.8.2 does: it answers ApiVersions, and closes the connection at the client's next call, which it cannot read. */
async function oldKafka(): Promise<string> {
  server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    let got = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk]);
      while (got.length >= 4 && got.length >= 4 + got.readInt32BE(0)) {
        const request = got.subarray(4, 4 + got.readInt32BE(0));
        got = got.subarray(4 + request.length);
        if (request.readInt16BE(0) !== API_VERSIONS) {
          socket.destroy();
          return;
        }
        socket.write(apiVersions(request.readInt32BE(4)));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** ApiVersions, version 3: no error, the calls, no throttling; each structure ends in no tagged fields. */
function apiVersions(correlationId: number): Buffer {
  const calls = APIS_OF_2_8_2.flatMap(([key, min, max]) => [0, key, 0, min, 0, max, 0]);
  const body = Buffer.from([0, 0, APIS_OF_2_8_2.length + 1, ...calls, 0, 0, 0, 0, 0]);
  const head = Buffer.alloc(8);
  head.writeInt32BE(4 + body.length, 0);
  head.writeInt32BE(correlationId, 4);
  return Buffer.concat([head, body]);
}

test('a Kafka of version 2.8 is told as too old, and not as one that does not answer', async () => {
  const bootstrap = await oldKafka();
  // The client is an ES module, which jest does not load.
  const program = `
    const { KafkaTopics } = require(${JSON.stringify(join(__dirname, 'kafka-topics.ts'))});
    KafkaTopics.open({ bootstrap: '${bootstrap}', tell: () => {} }).then(() => console.log('open'), (error) => console.log(error.message));`;
  const loader = pathToFileURL(require.resolve('tsx')).href;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', loader, '--eval', program]);
  expect(stdout).toBe(`Kafka at ${bootstrap} is too old: its topics cannot be listed; it must be 3.3 or later\n`);
});
