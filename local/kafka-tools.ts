import '@pipeline/cli/node-version';
import { runCommand, say } from '@pipeline/cli/command';
import { UsageError } from '@pipeline/cli/option-values';
import { readOutputs } from '@pipeline/cli/outputs';
import { ensureKafka } from '../toolchain/ensure-kafka';
import { runInTerminal } from '../toolchain/run-in-terminal';
import { toolArguments } from './kafka';

/** Apache's tools, by the names that its own scripts have without `kafka-`. */
const TOOLS: Readonly<Record<string, string>> = {
  topics: 'org.apache.kafka.tools.TopicCommand',
  'console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'console-producer': 'org.apache.kafka.tools.ConsoleProducer',
  'consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
};

const HELP = `npm run kafka -- <tool> [options of the tool]

Runs one of Apache Kafka's own command-line tools against the Kafka of the running pipeline (npm start -- --kafka), or
against another with --bootstrap-server. Needs Java 17 to 21, and Maven once.

Tools: ${Object.keys(TOOLS).join(', ')}

  npm run kafka -- topics --list
  npm run kafka -- console-consumer --topic 0a1b2c3d4e5f.pin --from-beginning --max-messages 3
  npm run kafka -- console-producer --topic 0a1b2c3d4e5f.pin
  npm run kafka -- topics --help`;

async function main(): Promise<number> {
  const [tool, ...rest] = process.argv.slice(2);
  if (tool === undefined || tool === '--help' || tool === '-h') {
    process.stdout.write(`${HELP}\n`);
    return tool === undefined ? 2 : 0;
  }
  const program = Object.hasOwn(TOOLS, tool) ? TOOLS[tool] : undefined;
  if (program === undefined)
    throw new UsageError(
      `no tool '${tool}' (known: ${Object.keys(TOOLS).join(', ')}); npm run kafka -- --help shows how each is called`,
    );
  const own = rest.some((word) => /^--(bootstrap-server|help|version)\b/.test(word))
    ? []
    : ['--bootstrap-server', running()];
  const kafka = await ensureKafka(say);
  return runInTerminal(kafka.java, toolArguments(kafka, [program, ...own, ...rest], ['-XX:TieredStopAtLevel=1']));
}

/** @throws UsageError where the running pipeline keeps its topics in no Kafka */
function running(): string {
  const { kafka } = readOutputs('local');
  if (kafka !== undefined) return kafka;
  throw new UsageError(
    'the pipeline that runs keeps its topics in a log of its own, which has no Kafka protocol; start it with npm start -- --kafka, or name another Kafka with --bootstrap-server',
  );
}

runCommand(main);
