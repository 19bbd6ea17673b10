import { ProgressLine } from '@pipeline/cli/progress-line';
import { SparkProgress } from './spark-progress';

function given(isTTY: boolean) {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  const lines: string[] = [];
  const progress = new SparkProgress(new ProgressLine(stream, {}), (line) => lines.push(line));
  return { progress, lines, written };
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('each step that has ended is a line with its seconds and what the notebook said', () => {
  const { progress, lines } = given(false);
  progress.note({ began: 'session' });
  progress.note({ ended: 'session', seconds: 5.26, said: null });
  progress.note({ began: 'batch' });
  progress.note({ ended: 'batch', seconds: 20, said: '2 of 3 views changed' });
  progress.note({ ended: 'export', seconds: 3, said: null });
  expect(lines).toEqual([
    'Spark: start took 5.3 s',
    'Spark: notebook batch took 20.0 s: 2 of 3 views changed',
    'Spark: notebook export took 3.0 s',
  ]);
});

test('on a terminal the step under way shows its seconds, until it ends or all is stopped', () => {
  const { progress, written } = given(true);
  progress.note({ ended: 'session', seconds: 1, said: null });
  progress.note({ began: 'batch' });
  jest.advanceTimersByTime(2000);
  expect(written.at(-1)).toBe(`\r\x1b[K${'█'.repeat(4)}${'░'.repeat(20)} Spark: notebook batch, 2 s`);
  progress.stop();
  expect(written.at(-1)).toBe('\r\x1b[K');
  const before = written.length;
  jest.advanceTimersByTime(5000);
  expect(written).toHaveLength(before);
});
