import { setTimeout as sleep } from 'node:timers/promises';
import { VIEW_LAYERS, type ViewLayer, type ViewResult } from '../serving';
import type { Health, Judgement, KnownSource, ViewAnswer } from '../serving/contract';
import type { AllStageCounts } from './stage-counts';

/** Every answer of every layer, by `<layer>.<view>`. */
export type Answers = Readonly<Record<string, ViewResult>>;

/** Names of the questions that were answered, in order. */
export function questionsOf(answers: Answers): string[] {
  return [...new Set(Object.keys(answers).map((key) => key.slice(key.indexOf('.') + 1)))];
}

/** The runtime could not do what it was asked for; the message is its own, and told whole. */
export class RefusedByRuntime extends Error {
  override readonly name = 'RefusedByRuntime';
  readonly exitCode = 1;
}

/** Nobody answers where the runtime was. */
export class RuntimeGone extends Error {
  override readonly name = 'RuntimeGone';
}

/** Reads a running pipeline's answers over HTTP. Every call throws RefusedByRuntime or RuntimeGone, or the signal's reason. */
export class ViewsClient {
  /**
   * @param viewsUrl where the views are served; ends in '/'.
   * @param signal ends the waiting for an answer
   */
  constructor(
    private readonly viewsUrl: string,
    private readonly signal?: AbortSignal,
  ) {}

  /** The answer over all that has been taken in: one that is older is asked for again. */
  async view(layer: ViewLayer, name: string): Promise<ViewResult> {
    for (;;) {
      const { columns, rows, stale } = (await this.ask('GET', `views/${name}?layer=${layer}`)) as ViewAnswer;
      if (!stale) return { columns, rows };
      await sleep(50);
    }
  }

  views(): Promise<{ name: string; grain: string }[]> {
    return this.ask('GET', 'views') as Promise<{ name: string; grain: string }[]>;
  }

  /** Question by question; its layers answer side by side. */
  async answers(): Promise<Answers> {
    const answers: Record<string, ViewResult> = {};
    for (const { name } of await this.views()) {
      const results = await Promise.all(VIEW_LAYERS.map((layer) => this.view(layer, name)));
      for (const [at, layer] of VIEW_LAYERS.entries()) answers[`${layer}.${name}`] = results[at]!;
    }
    return answers;
  }

  /** Closes the sink's open files, runs the batch job, lets the speed layer read to the end, and answers the counts. */
  flush(): Promise<AllStageCounts> {
    return this.ask('POST', 'flush') as Promise<AllStageCounts>;
  }

  /** Records at each stage. */
  counts(): Promise<AllStageCounts> {
    return this.ask('GET', 'counts') as Promise<AllStageCounts>;
  }

  /** What is noted about the running pipeline, with what to do about it; what is wrong is told elsewhere. */
  async notes(): Promise<string[]> {
    const { troubles } = (await this.ask('GET', 'health')) as Health;
    return troubles.filter(({ level }) => level === 'note').map(({ what, remedy }) => `${what} ${remedy}`);
  }

  /** Reads the SQL again and cleans anew what its change concerns. `outlived` counts records that stay as they were, because their raw ones are gone. */
  rebuild(): Promise<AllStageCounts & { readonly outlived: number }> {
    return this.ask('POST', 'rebuild') as Promise<AllStageCounts & { readonly outlived: number }>;
  }

  /** The answers judged by what arrived of a source. */
  judgement({ seed, posts, hardMode }: KnownSource): Promise<Judgement> {
    return this.ask('GET', `judgement?seed=${seed}&posts=${posts}&hardMode=${hardMode}`) as Promise<Judgement>;
  }

  private async ask(method: string, path: string): Promise<unknown> {
    const url = new URL(path, this.viewsUrl);
    const { signal } = this;
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, { method, signal });
      text = await response.text();
    } catch (cause) {
      signal?.throwIfAborted();
      const { code } = Object((cause as Error).cause) as { code?: string };
      // fetch waits five minutes for an answer to begin. Whoever asks again waits for the same work; only a rebuild would begin anew.
      if (code === 'UND_ERR_HEADERS_TIMEOUT' && path !== 'rebuild') return this.ask(method, path);
      throw new RuntimeGone(
        `the runtime at ${this.viewsUrl} does not answer any more (${code ?? (cause as Error).message}); start again with the same options and it goes on where it was`,
        { cause },
      );
    }
    if (!response.ok)
      throw new RefusedByRuntime(messageOf(text) ?? `${method} ${url} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  }
}

/** The sentence in an answer of the serving layer. */
function messageOf(text: string): string | undefined {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
