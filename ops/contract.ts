import '@pipeline/cli/node-version';
import { runCommand } from '@pipeline/cli/command';
import { address, oneOf, UsageError } from '@pipeline/cli/option-values';
import { type CommandLine, parseOptions } from '@pipeline/cli/options';
import { CASES, type Target, whyNot } from '../contract';

const LINE: CommandLine = {
  name: 'npm run contract --',
  description:
    'Holds the wires that are named to what they promise: the API with its stage, the Kafka REST proxy, the Kinesis endpoint. ' +
    "It writes records to the environment's pin topic and stream, and makes and deletes streams of its own.",
  options: [
    { flag: '--gateway <url>', help: 'the API with its stage', parse: folder('--gateway') },
    { flag: '--proxy <url>', help: 'the Kafka REST proxy', parse: folder('--proxy') },
    { flag: '--kinesis <url>', help: 'the Kinesis endpoint', parse: address('--kinesis') },
    { flag: '--user-id <id>', help: 'user id that topics and streams are named for', default: '0a1b2c3d4e5f' },
    {
      flag: '--auth <mode>',
      help: 'how the target runs: none, or iam',
      default: 'none',
      parse: oneOf('--auth', 'none', 'iam'),
    },
    {
      flag: '--limits <mode>',
      help: 'how the target runs: off, or aws',
      default: 'off',
      parse: oneOf('--limits', 'off', 'aws'),
    },
  ],
};

async function main(): Promise<number> {
  const target = parseOptions<Target>(LINE, process.argv.slice(2));
  if (!target) return 0;
  if (!target.gateway && !target.proxy && !target.kinesis)
    throw new UsageError('name at least one of --gateway, --proxy and --kinesis');

  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const each of CASES) {
    const reason = whyNot(each, target);
    if (reason) {
      total.skipped++;
      process.stdout.write(`skipped  ${each.id.padEnd(4)} ${each.title} (${reason})\n`);
      continue;
    }
    try {
      await each.run(target);
      total.passed++;
      process.stdout.write(`passed   ${each.id.padEnd(4)} ${each.title}\n`);
    } catch (error) {
      total.failed++;
      process.stdout.write(`FAILED   ${each.id.padEnd(4)} ${each.title}\n${indented(error)}\n`);
    }
  }
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

/** A URL that ends in '/', so that paths go on behind it. */
function folder(flag: string): (text: string) => URL {
  return (text) => address(flag)(text.replace(/\/?$/, '/'));
}

function indented(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^/gm, '         ');
}

runCommand(main);
