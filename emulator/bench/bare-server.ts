import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A node:http server that only answers: it throws every body away and says that its `<records>` records are stored. A process of
 * its own, so that it does not share the client's core; prints its port, and ends with its standard input.
 */
const records = Number(process.argv[2]);

const offsets = Array.from({ length: records }, (_, offset) => ({
  partition: 0,
  offset,
  error_code: null,
  error: null,
}));
const entry = {
  SequenceNumber: '49590338271490256608559692538361571095921575989136588898',
  ShardId: 'shardId-000000000000',
};
const produced = Buffer.from(JSON.stringify({ offsets, key_schema_id: null, value_schema_id: null }));
const put = Buffer.from(
  JSON.stringify(records === 1 ? entry : { FailedRecordCount: 0, Records: offsets.map(() => entry) }),
);

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => response.end(request.method === 'POST' ? produced : put));
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
process.stdin.resume().on('end', () => process.exit(0));
