import '@pipeline/cli/node-version';
import { join } from 'node:path';
import { interruption, runCommand } from '@pipeline/cli/command';
import { type CommandLine, parseCommandLine } from '@pipeline/cli/options';
import { runChanged } from './changed/run';
import { runLimited } from './parts/limited';
import { limitSeconds, PARTS, WHEN_NAMED } from './parts/parts';

const LINE: CommandLine = {
  name: 'npm test --',
  description: `Runs every test whose tools this machine has, or the parts named; ${WHEN_NAMED.join(' and ')} only when named. REQUIRE_ALL=1 makes a missing tool an error.`,
  options: [
    {
      flag: '--changed',
      help: 'run only the jest tests that what differs from main can break, the nearest first, for three minutes; name the other parts concerned',
      default: false,
    },
  ],
  words: { name: 'part', help: 'what to run', known: Object.keys(PARTS) },
};

/** Parts that run beside the rest: the two rows take about as long. What installs Airflow comes before the exercise, which only uses it. Jest comes before both, because it uses every core. */
const FIRST_ROW: readonly string[] = ['airflow', 'exercise', 'spark-emr', 'browser', 'spark'];

async function main(): Promise<number> {
  const parsed = parseCommandLine<{ changed: boolean }>(LINE, process.argv.slice(2));
  if (!parsed) return 0;
  if (parsed.options.changed) return runChanged(join(__dirname, '..'));
  const named = parsed.words;
  const wanted = named.length > 0 ? named : Object.keys(PARTS).filter((part) => !WHEN_NAMED.includes(part));
  const left = WHEN_NAMED.filter((part) => !wanted.includes(part));
  if (named.length === 0) process.stdout.write(`run only when named: ${left.join(', ')}\n`);
  const signal = interruption();
  const total = { passed: 0, failed: 0, skipped: 0 };
  const times: string[] = [];
  const runInTurn = async (parts: readonly string[]) => {
    for (const part of parts) {
      const started = Date.now();
      const { budgetSeconds } = PARTS[part]!;
      const file = join(__dirname, 'parts', 'run-part.ts');
      const verdict = await runLimited({ part, file, limitSeconds: limitSeconds(PARTS[part]!) }, signal);
      const seconds = Math.round((Date.now() - started) / 1000);
      const over = seconds > budgetSeconds ? ', OVER ITS BUDGET' : '';
      const { passed, failed, skipped } = verdict;
      times.push(
        `${part} ${seconds} s of ${budgetSeconds}${over}: ${passed} passed, ${failed} failed, ${skipped} skipped`,
      );
      process.stdout.write(`${times.at(-1)}\n`);
      total.passed += passed;
      total.failed += failed;
      total.skipped += skipped;
    }
  };
  const rest = wanted.filter((part) => part !== 'jest' && !FIRST_ROW.includes(part));
  await runInTurn(wanted.filter((part) => part === 'jest'));
  await Promise.all([runInTurn(FIRST_ROW.filter((part) => wanted.includes(part))), runInTurn(rest)]);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  process.stdout.write(`\n${times.join('\n')}\n${total.passed} passed, ${total.failed} failed${skipped}\n`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

runCommand(main);
