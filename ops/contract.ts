import { parseArgs } from 'node:util';
import { CASES, type Target, whyNot } from '../contract';

const USAGE = `npm run contract -- [--gateway URL] [--proxy URL] [--kinesis URL] [--user-id ID] [--auth none|iam] [--limits off|aws]
Holds the wires that are named to what they promise: the API with its stage, the Kafka REST proxy, the Kinesis endpoint.
It writes records to the environment's pin topic and stream, and makes and deletes streams of its own.
--auth and --limits tell how the target runs; --user-id names its topics and streams (default 0a1b2c3d4e5f).
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      gateway: { type: 'string' },
      proxy: { type: 'string' },
      kinesis: { type: 'string' },
      'user-id': { type: 'string', default: '0a1b2c3d4e5f' },
      auth: { type: 'string', default: 'none' },
      limits: { type: 'string', default: 'off' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  if (values.auth !== 'none' && values.auth !== 'iam')
    throw new TypeError(`--auth must be none or iam, got '${values.auth}'`);
  if (values.limits !== 'off' && values.limits !== 'aws')
    throw new TypeError(`--limits must be off or aws, got '${values.limits}'`);
  const target: Target = {
    gateway: address('gateway', values.gateway?.replace(/\/?$/, '/')),
    proxy: address('proxy', values.proxy?.replace(/\/?$/, '/')),
    kinesis: address('kinesis', values.kinesis),
    userId: values['user-id'],
    auth: values.auth,
    limits: values.limits,
  };
  if (!target.gateway && !target.proxy && !target.kinesis)
    throw new TypeError('name at least one of --gateway, --proxy and --kinesis');

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

function address(option: string, text: string | undefined): URL | undefined {
  if (text === undefined) return undefined;
  if (!URL.canParse(text)) throw new TypeError(`--${option} must be a URL, got '${text}'`);
  return new URL(text);
}

function indented(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^/gm, '         ');
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exitCode = error instanceof TypeError ? 2 : 1;
  },
);
