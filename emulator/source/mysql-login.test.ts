import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mysqlLogin, readSecret, withoutPassword } from './mysql-login';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'login-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const name = path.join(folder, 'aws_db_config.yaml');
  writeFileSync(name, text);
  return name;
}

test('a URL says everything, with its escapes undone', async () => {
  expect(await mysqlLogin({ url: 'mysql://me:p%40ss@db.example.org:3307/pinterest_data' })).toEqual({
    host: 'db.example.org',
    port: 3307,
    user: 'me',
    password: 'p@ss',
    database: 'pinterest_data',
  });
});

test.each(['', 'RDS_', 'DB_'])(
  "the exercise's file gives what the URL leaves out, with names that begin with '%s'",
  async (prefix) => {
    const text = [
      `${prefix}HOST: h`,
      `${prefix}USER: u`,
      `${prefix}PASSWORD: ':t%;x'`,
      `${prefix}DATABASE: d`,
      `${prefix}PORT: 3310`,
    ];
    expect(await mysqlLogin({ url: 'mysql://', configFile: file(text.join('\n')) })).toEqual({
      host: 'h',
      port: 3310,
      user: 'u',
      password: ':t%;x',
      database: 'd',
    });
    expect(await mysqlLogin({ url: 'mysql://other@h2/d2', configFile: file(text.join('\n')) })).toMatchObject({
      host: 'h2',
      user: 'other',
      password: ':t%;x',
      database: 'd2',
    });
  },
);

test('a secret is read as RDS writes it', () => {
  const text = '{"username":"u","password":"p","engine":"mysql","host":"h","port":3306,"dbname":"d"}';
  expect(readSecret('s', text)).toEqual({ user: 'u', password: 'p', host: 'h', port: '3306', database: 'd' });
  expect(() => readSecret('s', 'p4ss')).toThrow('--db-secret s holds no JSON object with username and password');
});

test('a missing part is named', async () => {
  await expect(mysqlLogin({ url: 'mysql://h/d' })).rejects.toThrow('--source mysql://h/d leaves out the user; ');
  await expect(mysqlLogin({ url: 'mysql://u@h' })).rejects.toThrow('leaves out the database; ');
  const missing = { url: 'mysql://u@h/d', configFile: '/nowhere.yaml' };
  await expect(mysqlLogin(missing)).rejects.toThrow('--db-config /nowhere.yaml cannot be read (ENOENT)');
});

test('no message and no printed URL holds the password', async () => {
  expect(withoutPassword('mysql://me:s3cret@h/d')).toBe('mysql://me@h/d');
  expect(withoutPassword('mysql://me@h/d')).toBe('mysql://me@h/d');
  await expect(mysqlLogin({ url: 'mysql://me:s3cret@h' })).rejects.toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('s3cret') }),
  );
  const broken = file('PASSWORD: s3cret\n  - broken: [');
  await expect(mysqlLogin({ url: 'mysql://u@h/d', configFile: broken })).rejects.toThrow(
    `--db-config ${broken}:2:11 is not YAML; quote a value that begins with a sign or holds ': ' or ' #'`,
  );
});
