import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureVenv } from '../../toolchain/ensure-python';

test('the stand-ins for what the engine lacks refuse what AWS refuses', async () => {
  const python = await ensureVenv('rehearsal');
  const { status, stderr } = spawnSync(python, ['-B', '-m', 'unittest', 'test_fakes'], {
    cwd: __dirname,
    env: { ...process.env, PYTHONPATH: join(__dirname, '../../ops/rehearsal/ministack') },
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(stderr).toMatch(/^Ran 19 tests in/m);
  expect(status).toBe(0);
}, 900_000);
