import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { views } from '@pipeline/datasets/sql';
import { VIEW_LAYERS } from '../serving';
import type { ViewAnswer, ViewLayer } from '../serving/contract';
import { PROJECT_FOLDER } from './assembly';

/** Folders of what a save changes, and what follows of it. */
const FOLDERS = {
  'datasets/sql/views': 'questions',
  'datasets/sql/clean': 'rules',
  'datasets/sql': 'rules',
  'lib/constructs/templates': 'templates',
} as const;
type What = (typeof FOLDERS)[keyof typeof FOLDERS];

/** An editor writes a file in several steps. */
const SETTLE_MS = 150;
/** How long the data has to stand still before what is answered now is taken for what was answered before a save. */
const CALM_MS = 2_000;

export interface OnSaveOptions {
  /** The answer as it is now, by the SQL as it is now. */
  readonly answer: (layer: ViewLayer, view: string) => Promise<Pick<ViewAnswer, 'rows'>>;
  /** Another one when records came. */
  readonly version: () => string;
  /** Cleans everything anew, or leaves everything as it is and rejects. */
  readonly rebuild: () => Promise<unknown>;
  /** Synthesizes and serves the templates anew, or goes on serving those before and rejects. Says whether they differ. */
  readonly serveTemplates: () => Promise<boolean>;
  readonly tell: (line: string) => void;
}

/** Follows the files of SQL and of mapping templates, and says after each save what became of it. What is served stays good. */
export class OnSave {
  private readonly watchers: FSWatcher[];
  private readonly timer: NodeJS.Timeout;
  private readonly saved = new Map<What, Set<string>>();
  private settling: NodeJS.Timeout | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private before = new Map<string, string>();
  private versionBefore: string | undefined;
  private calmSince = { version: '', ms: 0 };

  constructor(
    private readonly options: OnSaveOptions,
    private readonly root = PROJECT_FOLDER,
  ) {
    this.watchers = Object.entries(FOLDERS).map(([folder, what]) =>
      watch(join(root, folder), (_, file) => {
        if (file !== null && /^[^.].*\.(sql|vtl|json)$/.test(file)) this.noticed(what, `${folder}/${file}`);
      }),
    );
    this.timer = setInterval(() => this.refresh(), 500).unref();
  }

  stop(): Promise<unknown> {
    for (const watcher of this.watchers) watcher.close();
    clearInterval(this.timer);
    clearTimeout(this.settling);
    return this.queue;
  }

  private noticed(what: What, file: string): void {
    this.saved.set(what, (this.saved.get(what) ?? new Set()).add(file));
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      const saved = new Map(this.saved);
      this.saved.clear();
      this.alone(() => this.follow(saved));
    }, SETTLE_MS);
  }

  /** One thing at a time. What is wrong is told, and nothing else becomes of it. */
  private alone(work: () => Promise<void>): void {
    this.queue = this.queue.then(work).catch((error: Error) => this.options.tell(error.message));
  }

  private async follow(saved: ReadonlyMap<What, ReadonlySet<string>>): Promise<void> {
    const { rebuild, serveTemplates, tell } = this.options;
    for (const [what, files] of saved) {
      const names = [...files].sort().join(', ');
      const kept = 'what was served before is served on';
      try {
        if (what === 'templates') {
          tell(
            `${names}: ${(await serveTemplates()) ? 'the API serves what you changed' : 'changes nothing that the API serves'}`,
          );
          continue;
        }
        if (what === 'rules') await rebuild();
        const { changed, faults, isFirst } = await this.compared();
        for (const fault of faults) tell(`${fault}\n${kept}`);
        if (faults.length === 0 || changed.length > 0)
          tell(`${names}: ${isFirst ? 'every question is answered anew' : changesIn(changed)}`);
      } catch (error) {
        const { message } = error as Error;
        const told = what === 'templates' ? placed(message, [...files], this.root) : message;
        tell(`${told}\n${what === 'rules' ? 'the tables stay as they were' : kept}`);
      }
    }
  }

  /** Keeps what is answered now, once the data has stood still for some time. */
  private refresh(): void {
    const version = this.options.version();
    const nowMs = Date.now();
    if (version !== this.calmSince.version) this.calmSince = { version, ms: nowMs };
    if (version === this.versionBefore || nowMs - this.calmSince.ms < CALM_MS || this.saved.size > 0) return;
    this.versionBefore = version;
    this.alone(async () => void (await this.compared()));
  }

  /** Answers everything, and tells what is no longer as it was, and what cannot be answered. */
  private async compared(): Promise<{ changed: string[]; faults: string[]; isFirst: boolean }> {
    const changed: string[] = [];
    const faults = new Set<string>();
    const isFirst = this.before.size === 0;
    const asked = views().flatMap(({ name }) => VIEW_LAYERS.map((layer) => ({ layer, name })));
    // All at once: the tables answer as many at a time as the machine can.
    const answers = await Promise.allSettled(asked.map(({ layer, name }) => this.options.answer(layer, name)));
    for (const [at, { layer, name }] of asked.entries()) {
      const answer = answers[at]!;
      if (answer.status === 'rejected') {
        faults.add((answer.reason as Error).message);
        continue;
      }
      const rows = JSON.stringify(answer.value.rows);
      const before = this.before.get(`${layer}.${name}`);
      if (before !== rows && !isFirst) changed.push(`${layer}.${name}`);
      this.before.set(`${layer}.${name}`, rows);
    }
    this.versionBefore = this.options.version();
    return { changed, faults: [...faults], isFirst };
  }
}

/** What is wrong with a template, with its file and line and a caret where the place is told. */
function placed(message: string, files: readonly string[], root: string): string {
  const [, line, column, what] = /line (\d+), column (\d+): (.*)$/s.exec(message) ?? [];
  const [file] = files;
  if (what === undefined || file === undefined || files.length > 1) return `${files.join(', ')}: ${message}`;
  const text = readFileSync(join(root, file), 'utf8').split('\n')[Number(line) - 1] ?? '';
  return `${file}:${line}:${column}: ${what}\n${line} | ${text}\n${' '.repeat(line!.length + 2 + Number(column))}^`;
}

const MOST_NAMED = 6;

function changesIn(changed: readonly string[]): string {
  if (changed.length === 0) return 'no answer differs from before';
  const named = changed.slice(0, MOST_NAMED).join(', ');
  const more = changed.length > MOST_NAMED ? ` and ${changed.length - MOST_NAMED} more` : '';
  return `${changed.length} ${changed.length === 1 ? 'answer differs' : 'answers differ'} from before: ${named}${more}`;
}
