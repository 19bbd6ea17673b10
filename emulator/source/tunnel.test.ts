import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openTunnel } from './tunnel';

let folder: string;
let database: Server;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tunnel-'));
  database = createServer((socket) => socket.end('hello'));
  await new Promise<void>((resolve) => database.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

/** A program in the place of the AWS CLI: notes its arguments, and like the CLI leaves the forwarding to a process below it. */
function cli(body: string): string {
  const program = path.join(folder, 'aws');
  const forward = `
    const net = require('node:net');
    const { host, portNumber, localPortNumber } = JSON.parse(process.argv.at(-1));
    net.createServer((from) => { const to = net.connect(+portNumber[0], host[0]); from.pipe(to).pipe(from); to.on('error', () => from.destroy()); })
      .listen(+localPortNumber[0], '127.0.0.1', () => console.log('Port opened.\\nWaiting for connections...'));`;
  writeFileSync(path.join(folder, 'plugin.js'), forward);
  writeFileSync(program, `#!${process.execPath}\n${body}`);
  chmodSync(program, 0o755);
  return program;
}

const FORWARDS = `
  require('node:fs').writeFileSync(__dirname + '/arguments.json', JSON.stringify(process.argv.slice(2)));
  require('node:child_process').spawn(process.execPath, [__dirname + '/plugin.js', ...process.argv.slice(2)], { stdio: 'inherit' });`;

const port = () => (database.address() as AddressInfo).port;
const options = () => ({ instance: 'i-0123', host: '127.0.0.1', port: port() });

function talk(to: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    connect(to, '127.0.0.1')
      .on('data', (chunk) => {
        said += chunk;
      })
      .on('end', () => resolve(said))
      .on('error', reject);
  });
}

test('the forwarding is started as Session Manager wants it, waited for, used and ended whole', async () => {
  const tunnel = await openTunnel({ ...options(), program: cli(FORWARDS) });
  expect(await talk(tunnel.port)).toBe('hello');
  expect(JSON.parse(readFileSync(path.join(folder, 'arguments.json'), 'utf8'))).toEqual([
    'ssm',
    'start-session',
    '--target',
    'i-0123',
    '--document-name',
    'AWS-StartPortForwardingSessionToRemoteHost',
    '--parameters',
    `{"host":["127.0.0.1"],"portNumber":["${port()}"],"localPortNumber":["${tunnel.port}"]}`,
  ]);
  await tunnel.close();
  // What the AWS CLI has started may be a moment later than itself.
  let said = '';
  for (let tries = 0; tries < 100 && !said.includes('ECONNREFUSED'); tries++) {
    said = await talk(tunnel.port).catch((error: Error) => error.message);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(said).toContain('ECONNREFUSED');
});

test('when it does not come up, the AWS CLI’s own words are passed on', async () => {
  const program = cli(
    `console.error('An error occurred (TargetNotConnected): i-0123 is not connected.'); process.exitCode = 254;`,
  );
  await expect(openTunnel({ ...options(), program })).rejects.toThrow(
    /through i-0123 to 127\.0\.0\.1:\d+ ended with 254: An error occurred \(TargetNotConnected\)/,
  );
});

test('a forwarding that never listens is given up and ended', async () => {
  const program = cli(`setInterval(() => {}, 1000);`);
  await expect(openTunnel({ ...options(), program, timeoutMs: 300 })).rejects.toThrow('did not come up within 0.3 s');
});

test('a missing AWS CLI is named', async () => {
  await expect(openTunnel({ ...options(), program: path.join(folder, 'nothing') })).rejects.toThrow(
    'needs the AWS CLI',
  );
});
