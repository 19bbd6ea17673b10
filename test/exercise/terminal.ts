import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

const LONGEST_MS = 120_000;

/** A bash in which one block after the other is run, so that what one exports the next one has. */
export class Terminal {
  private readonly bash: ChildProcessWithoutNullStreams;
  private printed = '';
  private blocks = 0;

  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.bash = spawn('bash', ['-s'], { cwd: folder, env, detached: true });
    const take = (chunk: Buffer) => {
      this.printed += chunk.toString();
    };
    this.bash.stdout.on('data', take);
    this.bash.stderr.on('data', take);
  }

  /** Runs commands to their end; gives what they printed. @throws Error when they take too long or the shell ends */
  async run(commands: string): Promise<string> {
    const mark = `end-of-block-${++this.blocks}`;
    this.printed = '';
    this.bash.stdin.write(`${commands}\nprintf '%s\\n' '${mark}'\n`);
    await this.until(`${mark}\n`);
    return this.printed.slice(0, this.printed.indexOf(mark));
  }

  /** Begins commands that go on; gives what they have printed when `sign` is among it. */
  async begin(commands: string, sign: string): Promise<string> {
    this.bash.stdin.write(`${commands}\n`);
    await this.until(sign);
    return this.printed;
  }

  /** Ends what runs in it. */
  async close(): Promise<void> {
    const ended = new Promise((done) => this.bash.once('close', done));
    // What runs in the shell is in its group.
    process.kill(-this.bash.pid!, 'SIGTERM');
    const late = setTimeout(() => process.kill(-this.bash.pid!, 'SIGKILL'), 10_000);
    await ended;
    clearTimeout(late);
  }

  private async until(sign: string): Promise<void> {
    const deadline = Date.now() + LONGEST_MS;
    while (!this.printed.includes(sign)) {
      if (this.bash.exitCode !== null) throw new Error(`the shell ended with ${this.bash.exitCode}: ${this.printed}`);
      if (Date.now() > deadline)
        throw new Error(`not done after ${LONGEST_MS / 1000} s; printed so far: ${this.printed}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}
