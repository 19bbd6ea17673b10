import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOutputs } from '@pipeline/emulator';
import { type ServeProcess, startServeProcess } from '../local/runtime/serve-process';

jest.setTimeout(180_000);

const ROOT = join(__dirname, '..');
const root = mkdtempSync(join(tmpdir(), 'samples-'));
const outputs = join(root, 'outputs');
let server: ServeProcess;

beforeAll(async () => {
  const options = { env: 'dev', data: join(root, 'data'), reset: false, port: 0, fsync: false, outputs };
  server = await startServeProcess({ ...options, auth: 'none', limits: 'off', stagePath: 'sent' });
});
afterAll(async () => {
  await server?.stop();
  rmSync(root, { recursive: true, force: true });
});

/** Lines of the README's shell block, with the addresses that `npm start` takes by default replaced by those of this runtime. */
function samplesOf(readme: string): string[] {
  const { apiUrl, kinesisEndpoint } = readOutputs('local', outputs);
  const block = /```sh\n(.*?)```/s.exec(readFileSync(join(ROOT, readme), 'utf8'))?.[1] ?? '';
  return block
    .trim()
    .split('\n')
    .map((line) =>
      line
        .replace('http://127.0.0.1:8080/dev/', apiUrl)
        .replace('http://127.0.0.1:8081', kinesisEndpoint!)
        .replace('http://127.0.0.1:8082', server.proxyUrl.replace(/\/$/, '')),
    );
}

function run(line: string): Promise<{ readonly code: number | null; readonly text: string }> {
  const [command, ...rest] = line.split(' ');
  const child = spawn(command!, rest, { cwd: ROOT, shell: process.platform === 'win32' });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, text })));
}

test("the emulator's samples send every record", async () => {
  const [command, library, ...more] = samplesOf('emulator/README.md');
  expect(more).toEqual([]);

  const asCommand = await run(`${command} --outputs ${outputs} --state ${join(root, 'state')}`);
  expect(asCommand.code).toBe(0);
  expect(asCommand.text.match(/^(?:batch|speed) +(?:pin|geo|user) +100 +100 +0 +\d+$/gm)).toHaveLength(6);

  const asLibrary = await run(`${library} ${outputs}`);
  expect(asLibrary.code).toBe(0);
  expect(asLibrary.text).toMatch(/^batch +geo +20 +20 +0 +0$/m);
  expect(asLibrary.text).toMatch(/^speed +geo +20 +20 +0 +0$/m);
});

test("the contract suite's samples find that the laptop keeps its promises", async () => {
  const [command, library, ...more] = samplesOf('contract/README.md');
  expect(more).toEqual([]);

  const asCommand = await run(command!);
  expect(asCommand.text).toMatch(/\n[1-9]\d passed, 0 failed, \d skipped\n$/);
  expect(asCommand.code).toBe(0);

  const asLibrary = await run(library!);
  expect(asLibrary.text).toMatch(/^K1: the topics are listed$/m);
  expect(asLibrary.text).not.toContain('does not hold');
  expect(asLibrary.code).toBe(0);

  const elsewhere = await run(
    library!.replace(server.proxyUrl.replace(/\/$/, ''), readOutputs('local', outputs).kinesisEndpoint!),
  );
  expect(elsewhere.text).toMatch(/^K1 does not hold: /m);
  expect(elsewhere.code).toBe(1);
});
