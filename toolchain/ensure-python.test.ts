import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missingForSpark } from './ensure-python';
import { withLock } from './folder-lock';
import { findPython, type Probe, requireJava, requireMaven } from './tools';

const machine =
  (programs: Readonly<Record<string, string>>): Probe =>
  (command) => ({ ok: command in programs, output: programs[command] ?? '' });

describe('tools', () => {
  test('the first Python of 3.11 or 3.12 is taken', () => {
    expect(findPython(machine({ python3: '3.13\n', 'python3.11': '3.11\n' }))).toEqual({
      command: 'python3.11',
      version: '3.11',
    });
  });

  test.each<Record<string, string>>([{}, { python3: '3.10\n' }, { python3: '3.13\n' }])(
    '%j is told what to install',
    (programs) => {
      expect(() => findPython(machine(programs))).toThrow(
        'needs Python 3.11 or 3.12 with venv on PATH (Debian: apt install python3 python3-venv)',
      );
    },
  );

  test('Java 17 will do, 11 and none will not', () => {
    expect(() => requireJava(machine({ java: 'openjdk version "17.0.15" 2025-04-15' }))).not.toThrow();
    expect(() => requireJava(machine({ java: 'openjdk version "11.0.2" 2019' }))).toThrow(
      'needs Java 17 or later on PATH, got 11',
    );
    expect(() => requireJava(machine({}))).toThrow('needs Java 17 or later on PATH (Debian');
  });

  test('all that Spark lacks is one line, Maven only until the jars are there', () => {
    const python = 'needs Python 3.11 or 3.12 with venv on PATH (Debian: apt install python3 python3-venv)';
    const java = 'needs Java 17 or later on PATH (Debian: apt install openjdk-17-jre-headless)';
    const maven = 'needs Maven on PATH to fetch the Delta jars once (Debian: apt install maven)';
    expect(missingForSpark(machine({}), false)).toBe(`${python}; ${java}; ${maven}`);
    expect(missingForSpark(machine({ python3: '3.12\n' }), true)).toBe(java);
    const all = { python3: '3.12\n', java: 'openjdk version "21" 2023-09-19', mvn: '' };
    expect(missingForSpark(machine(all), false)).toBeUndefined();
  });

  test('Maven must be there', () => {
    expect(() => requireMaven(machine({ mvn: '' }))).not.toThrow();
    expect(() => requireMaven(machine({}))).toThrow('needs Maven on PATH');
  });
});

describe('lock', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'folder-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('of two that come at once one works after the other, and the lock is gone at the end', async () => {
    const file = join(folder, 'a.lock');
    const steps: string[] = [];
    const worker = (name: string) =>
      withLock(file, async () => {
        steps.push(`${name} begins`);
        await sleep(20);
        steps.push(`${name} ends`);
      });
    await Promise.all([worker('a'), worker('b')]);
    expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(existsSync(file)).toBe(false);
  });

  test('work that fails gives the lock back', async () => {
    const file = join(folder, 'a.lock');
    await expect(withLock(file, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network');
    expect(existsSync(file)).toBe(false);
  });

  test('the lock of a process that has died is taken over', async () => {
    const file = join(folder, 'a.lock');
    const child = spawn('true');
    await new Promise((resolve) => child.on('exit', resolve));
    writeFileSync(file, String(child.pid));
    expect(await withLock(file, async () => readFileSync(file, 'utf8'))).toBe(String(process.pid));
  });

  test('the lock of a living process is waited for, and then complained about', async () => {
    const file = join(folder, 'a.lock');
    writeFileSync(file, String(process.ppid));
    const told: string[] = [];
    const waiting = { patienceMs: 300, tell: (sentence: string) => told.push(sentence) };
    await expect(withLock(file, async () => 'never', waiting)).rejects.toThrow(
      `process ${process.ppid} has held this lock`,
    );
    expect(told).toEqual([`waiting for process ${process.ppid}, which holds ${file}`]);
    expect(readFileSync(file, 'utf8')).toBe(String(process.ppid));
  });

  test('the wait for a lock can be ended', async () => {
    const file = join(folder, 'a.lock');
    writeFileSync(file, String(process.ppid));
    await expect(withLock(file, async () => 'never', { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

test.each(['spark', 'airflow', 'rehearsal'])(
  'every package of %s.lock.txt has a version and hashes, and no place to come from',
  (name) => {
    const lines = readFileSync(join(__dirname, `${name}.lock.txt`), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.length).toBeGreaterThan(40);
    expect(
      lines.filter(
        (line) =>
          !/^([a-z0-9-]+(\[[a-z0-9,-]+\])?==\S+ (; [^\\]+ )?\\| {4}--hash=sha256:[0-9a-f]{64}( \\)?)$/.test(line),
      ),
    ).toEqual([]);
  },
);

test('the Delta jars fit the locked pyspark', () => {
  const pyspark = /^pyspark==(\d+\.\d+)\./m.exec(readFileSync(join(__dirname, 'spark.lock.txt'), 'utf8'))?.[1];
  const jars = readFileSync(join(__dirname, 'delta-jars.xml'), 'utf8');
  expect(jars).toContain(`<artifactId>delta-spark_${pyspark}_2.13</artifactId>`);
  expect(/^delta-spark==(\S+)/m.exec(readFileSync(join(__dirname, 'spark.lock.txt'), 'utf8'))?.[1]).toBe(
    /<version>(4\S+?)</.exec(jars)?.[1],
  );
});
