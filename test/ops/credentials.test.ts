import { refuseWithoutCredentials } from '../../ops/credentials';

const before = { ...process.env };

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  process.env.AWS_CONFIG_FILE = process.env.AWS_SHARED_CREDENTIALS_FILE = '/nonexistent';
  process.env.AWS_EC2_METADATA_DISABLED = 'true';
});

afterEach(() => {
  process.env = { ...before };
});

test('without credentials it is said at once, with what to do', async () => {
  const began = Date.now();
  await expect(refuseWithoutCredentials('eu-west-1')).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/^no AWS credentials \(.*\); aws sso login, or set AWS_PROFILE/),
  });
  expect(Date.now() - began).toBeLessThan(4_000);
});

test('with some it goes on, whether AWS takes them or not', async () => {
  process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE';
  process.env.AWS_SECRET_ACCESS_KEY = 'nobody';
  await expect(refuseWithoutCredentials('eu-west-1')).resolves.toBeUndefined();
});
