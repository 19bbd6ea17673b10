import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type Emr, startEmr } from '../../stand-ins/emr-serverless';
import { ensureVenv } from '../../toolchain/ensure-python';

let emr: Emr;
beforeAll(async () => {
  emr = await startEmr({ region: 'us-east-1', account: '000000000000' });
});
afterAll(() => emr.close());

test('the stand-ins for what the engine lacks refuse what AWS refuses', async () => {
  const python = await ensureVenv('rehearsal');
  const child = spawn(python, ['-B', '-m', 'unittest', 'test_fakes'], {
    cwd: __dirname,
    env: { ...process.env, PYTHONPATH: join(__dirname, '../../ops/rehearsal/ministack'), REHEARSAL_EMR_URL: emr.url },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: 120_000,
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect(stderr).toMatch(/^Ran 26 tests in [\s\S]*^OK/m);
  expect(status).toBe(0);
}, 900_000);
