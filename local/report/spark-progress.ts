import { bar, type ProgressLine } from '@pipeline/cli/progress-line';
import type { Progress } from '../spark';

/** The start of Spark and its five notebooks. */
const STEPS = 6;

/** What Spark is doing: on a terminal a bar with the seconds of the step under way, and a line for each step that has ended. */
export class SparkProgress {
  private steps = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly line: ProgressLine,
    private readonly say: (line: string) => void,
  ) {}

  note(progress: Progress): void {
    this.stop();
    if ('began' in progress) this.tick(wordsOf(progress.began));
    else {
      this.steps++;
      const said = progress.said === null ? '' : `: ${progress.said}`;
      this.say(`Spark: ${wordsOf(progress.ended)} took ${progress.seconds.toFixed(1)} s${said}`);
    }
  }

  stop(): void {
    clearInterval(this.timer);
    this.line.clear();
  }

  private tick(words: string): void {
    const began = Date.now();
    const draw = () =>
      this.line.draw(`${bar(this.steps, STEPS)} Spark: ${words}, ${Math.round((Date.now() - began) / 1000)} s`);
    draw();
    this.timer = setInterval(draw, 1000);
  }
}

function wordsOf(step: string): string {
  return step === 'session' ? 'start' : `notebook ${step}`;
}
