import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handler } from '../../../lambda/canary/handler';

let server: Server;
const asked: string[] = [];
const before = { ...process.env };

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(503).end('down');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'key',
    API_URL: `${url}/test/`,
    TOPIC: 'ada.pin',
    STREAM: 'streaming-ada-pin',
    LAKE: 'lake',
    FLUSH_SIZE: '500',
    MEMORY: 'lake',
    AWS_ENDPOINT_URL_KINESIS: url,
    AWS_ENDPOINT_URL_S3: url,
    ENVIRONMENT: 'test',
    ROTATE_MINUTES: '10',
  });
});
afterAll(() => {
  process.env = before;
  server.close();
  server.closeAllConnections();
});

test('what is wrong ends the function with an error, which the alarm counts, and names every way that is shut', async () => {
  await expect(handler({ time: '2026-05-01T10:00:00Z' })).rejects.toThrow(
    /^memory: .*; speed layer: .*; batch layer: .*; memory: /,
  );
  expect(asked).toEqual(expect.arrayContaining(['PUT /test/streams/streaming-ada-pin/record']));
});

test('a setting that the stack did not make is named', async () => {
  const { TOPIC, ...others } = process.env;
  process.env = others;
  await expect(handler({ time: '2026-05-01T10:00:00Z' })).rejects.toThrow('TOPIC is not set; the stack sets it');
  process.env.TOPIC = TOPIC;
});
