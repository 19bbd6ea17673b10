import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missingForSpark, sparkVariables } from './ensure-python';
import { withLock } from './folder-lock';
import { findJava, findPython, type Machine, requireMaven, requireUnix, venvProgram } from './tools';

/** A machine that has just these programs, each with what it prints. */
const machine = (
  programs: Readonly<Record<string, string>>,
  platform: NodeJS.Platform = 'linux',
  javaHome?: string,
): Machine => ({
  probe: (command, args) => {
    const called = command === 'py' ? `py ${args[0]}` : command;
    return { ok: called in programs, output: programs[called] ?? '' };
  },
  platform,
  javaHome,
});

const java = (version: string, home = '/opt/jdk') =>
  `    java.home = ${home}\n    java.vm.name = OpenJDK\nopenjdk version "${version}" 2025\n`;

describe('tools', () => {
  test('the first Python of 3.11 or 3.12 is taken', () => {
    expect(findPython(machine({ python3: '3.13\n', 'python3.11': '3.11\n' }))).toEqual({
      command: 'python3.11',
      args: [],
      version: '3.11',
    });
  });

  test("on Windows it is asked of the system's launcher first, then as python", () => {
    expect(findPython(machine({ 'py -3.11': '3.11\r\n', python: '3.12\r\n' }, 'win32'))).toEqual({
      command: 'py',
      args: ['-3.11'],
      version: '3.11',
    });
    expect(findPython(machine({ python: '3.12\r\n' }, 'win32'))).toMatchObject({ command: 'python', args: [] });
    expect(venvProgram('venv', 'python', 'win32')).toMatch(/Scripts.python\.exe$/);
  });

  test.each([
    [{}, 'linux', 'Debian: apt install python3 python3-venv'],
    [{ python3: '3.10\n' }, 'darwin', 'macOS: brew install python@3.12'],
    [{ python: '3.13\n' }, 'win32', 'Windows: winget install Python.Python.3.12'],
  ] as const)('%j on %s is told what to install', (programs, platform, how) => {
    expect(() => findPython(machine(programs, platform))).toThrow(
      `needs Python 3.11 or 3.12 with venv on PATH (${how})`,
    );
  });

  test('Java 17 to 21 will do; an older one, a newer one and none will not', () => {
    expect(findJava(machine({ java: java('17.0.15') }))).toEqual({ home: '/opt/jdk', major: 17 });
    expect(findJava(machine({ java: java('21.0.2') })).major).toBe(21);
    expect(() => findJava(machine({ java: java('11.0.2') }))).toThrow('needs Java 17 to 21 on PATH, got 11 (Debian');
    expect(() => findJava(machine({ java: java('24') }))).toThrow('needs Java 17 to 21 on PATH, got 24');
    expect(() => findJava(machine({}, 'darwin'))).toThrow(
      'needs Java 17 to 21 on PATH (macOS: brew install --cask temurin@17)',
    );
  });

  test('the JDK of JAVA_HOME is the one that is looked at, and the one that runs', () => {
    const both = { java: java('24', '/usr'), '/opt/temurin/bin/java': java('17.0.9', '/opt/temurin') };
    expect(findJava(machine(both, 'linux', '/opt/temurin'))).toEqual({ home: '/opt/temurin', major: 17 });
    expect(() => findJava(machine({ java: java('17.0.1') }, 'linux', '/gone'))).toThrow(
      'needs Java 17 to 21 in JAVA_HOME (/gone) (Debian',
    );
    expect(sparkVariables({ python: 'python', jars: 'jars', javaHome: '/opt/temurin' })).toEqual({
      JAVA_HOME: '/opt/temurin',
      SPARK_LOCAL_IP: '127.0.0.1',
      SPARK_LOCAL_HOSTNAME: 'localhost',
      SPARK_SUBMIT_OPTS: `"-Djava.io.tmpdir=${tmpdir()}"`,
    });
  });

  test('all that Spark lacks is one line, Maven only until the jars are there', () => {
    const python = 'needs Python 3.11 or 3.12 with venv on PATH (Debian: apt install python3 python3-venv)';
    const jdk = 'needs Java 17 to 21 on PATH (Debian: apt install openjdk-17-jre-headless)';
    const maven = 'needs Maven on PATH to fetch the Delta jars once (Debian: apt install maven)';
    expect(missingForSpark(machine({}), false)).toBe(`${python}; ${jdk}; ${maven}`);
    expect(missingForSpark(machine({ python3: '3.12\n' }), true)).toBe(jdk);
    const all = { python3: '3.12\n', java: java('21'), mvn: '' };
    expect(missingForSpark(machine(all), false)).toBeUndefined();
  });

  test('Spark on Windows is led to WSL 2, whatever tools are there', () => {
    const all = { python: '3.12\n', java: java('21'), 'mvn.cmd': '' };
    expect(missingForSpark(machine(all, 'win32'), true)).toBe(
      'does not run on Windows itself; in WSL 2 it does: run `wsl --install`, then clone and start there',
    );
    expect(() => requireUnix(machine({}, 'darwin'))).not.toThrow();
  });

  test('Maven must be there', () => {
    expect(() => requireMaven(machine({ mvn: '' }))).not.toThrow();
    expect(() => requireMaven(machine({ 'mvn.cmd': '' }, 'win32'))).not.toThrow();
    expect(() => requireMaven(machine({}))).toThrow('needs Maven on PATH');
  });
});

describe('lock', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'folder-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Another process that holds the lock until it is killed. */
  async function holder(file: string) {
    const script = `require('tsx/cjs'); const { withLock } = require(${JSON.stringify(join(__dirname, 'folder-lock.ts'))});
      withLock(${JSON.stringify(file)}, () => new Promise(() => { console.log('held'); setInterval(() => {}, 1000); }));`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    return child;
  }

  test('of two that come at once one works after the other', async () => {
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
  });

  test('work that fails gives the lock back', async () => {
    const file = join(folder, 'a.lock');
    await expect(withLock(file, () => Promise.reject(new Error('no network')))).rejects.toThrow('no network');
    expect(await withLock(file, async () => 'next', { patienceMs: 0 })).toBe('next');
  });

  test('the lock of a living process is waited for, and then complained about; a killed one holds nothing', async () => {
    const file = join(folder, 'a.lock');
    const child = await holder(file);
    const told: string[] = [];
    const waiting = { patienceMs: 300, tell: (sentence: string) => told.push(sentence) };
    await expect(withLock(file, async () => 'never', waiting)).rejects.toThrow(
      `${file} is in use by process ${child.pid}; stop it, or choose another folder (waited 0 min)`,
    );
    expect(told).toEqual([`waiting: ${file} is in use by process ${child.pid}`]);
    await expect(withLock(file, async () => 'never', { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'AbortError',
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await withLock(file, async () => 'now', { patienceMs: 0 })).toBe('now');
  }, 30_000);

  test('a process id that somebody else has now holds nothing', async () => {
    const file = join(folder, 'a.lock');
    writeFileSync(file, String(process.ppid));
    expect(await withLock(file, async () => 'now', { patienceMs: 300 })).toBe('now');
  });
});

test.each(['spark', 'spark-emr', 'airflow', 'rehearsal'])(
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

test.each(['spark', 'spark-emr'])(
  'the Delta jars fit the pyspark of %s.lock.txt, and are those of its delta-spark',
  (name) => {
    const lock = readFileSync(join(__dirname, `${name}.lock.txt`), 'utf8');
    const pyspark = /^pyspark==(\d+\.\d+)\./m.exec(lock)?.[1];
    const jars = readFileSync(join(__dirname, 'delta-jars.xml'), 'utf8');
    expect(jars).toContain(`<artifactId>delta-spark_${pyspark}_2.13</artifactId><version>\${delta}</version>`);
    expect(lock).toMatch(/^delta-spark==4\.\d\.0 /m);
  },
);

test('what the notebooks are tested on differs between the two only in Spark and Delta', () => {
  const packagesOf = (name: string): string[] => [
    ...(readFileSync(join(__dirname, `${name}.lock.txt`), 'utf8').match(/^[a-z0-9-]+==\S+/gm) ?? []),
  ];
  const [ours, emrs] = [packagesOf('spark'), packagesOf('spark-emr')];
  expect(emrs.filter((line) => !ours.includes(line))).toEqual(['delta-spark==4.2.0', 'pyspark==4.1.1']);
});
