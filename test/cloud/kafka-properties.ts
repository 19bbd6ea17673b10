import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadArtefacts } from '../../config/artefacts';
import { conclude, findTool, ROOT } from './tools';

/**
 * `tsx test/cloud/kafka-properties.ts`: the properties files that the bootstrap writes, loaded by Kafka's own
 * client classes with the IAM plugin that the machines get. Needs Java 17+ and Maven; fetches 30 MB once.
 */
const KAFKA = 'org.apache.kafka:kafka-clients:3.9.1';
const SIGNS_WITH_IAM = 'SASL_SSL AWS_MSK_IAM software.amazon.msk.auth.iam.IAMLoginModule AKIDEXAMPLE';

const missing = ['java', 'mvn'].filter((tool) => findTool(tool) === undefined);
if (missing.length > 0) {
  console.error(`${missing.join(' and ')} not on PATH; install a JDK from 17 up, and Maven`);
  process.exit(3);
}

const machine = mkdtempSync(join(tmpdir(), 'machine-'));
const jars = fetchJars();
bootstrap(machine);
let passed = 0;
const failures: string[] = [];
for (const [file, prefix] of [
  ['etc/kafka/client.properties', ''],
  ['etc/kafka-rest/kafka-rest.properties', 'client.'],
] as const) {
  const said = load(join(machine, file), prefix);
  if (said === SIGNS_WITH_IAM) passed++;
  else failures.push(`${file}: ${said}`);
}
// The judge itself: without the handler's line it must object.
writeFileSync(join(machine, 'broken.properties'), 'security.protocol=SASL_SSL\nsasl.mechanism=AWS_MSK_IAM\n');
if (load(join(machine, 'broken.properties'), '') === SIGNS_WITH_IAM)
  failures.push('a file without the plugin was accepted');
else passed++;
rmSync(machine, { recursive: true });
conclude('Kafka properties', passed, failures);

function load(file: string, prefix: string): string {
  const { stdout, stderr } = run('java', ['-cp', `${jars}/*`, join(__dirname, 'LoadProperties.java'), file, prefix], {
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  return stdout.trim() || stderr.trim().split('\n').slice(0, 3).join(' ');
}

/** Kafka's client and the IAM plugin of the lock file, in the git-ignored cache. */
function fetchJars(): string {
  const plugin = loadArtefacts()['aws-msk-iam-auth'].maven ?? '';
  const folder = join(ROOT, '.cache', 'jars', `kafka-${[KAFKA, plugin].join('-').replaceAll(/[^\w.-]/g, '-')}`);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  for (const artifact of [KAFKA, plugin, 'org.slf4j:slf4j-api:1.7.36', 'org.slf4j:slf4j-nop:1.7.36']) {
    const { status, stdout } = run('mvn', [
      '-q',
      'dependency:copy',
      `-Dartifact=${artifact}`,
      `-DoutputDirectory=${partial}`,
    ]);
    if (status !== 0) throw new Error(`mvn could not fetch ${artifact}: ${stdout.slice(-1000)}`);
  }
  renameSync(partial, folder);
  return folder;
}

/** Runs of the bootstrap only what writes the settings. */
function bootstrap(root: string): void {
  const script = join(ROOT, 'lib/constructs/kafka-client/bootstrap.sh');
  const only = `source <(sed '/^install_packages$/,$d' '${script}'); trap - EXIT; write_client_settings; write_proxy_settings`;
  const any = 'x';
  const { status, stderr } = run('bash', ['-c', only], {
    ROOT: root,
    BOOTSTRAP_SERVERS: 'b-1.example:9098',
    AWS_REGION: 'eu-west-1',
    ...Object.fromEntries(
      [
        'STACK',
        'RESOURCE',
        'LOG_GROUP',
        'METRIC_NAMESPACE',
        'PROBE_TOPIC',
        'TOOLS_ROLE',
        'CONFLUENT_URL',
        'CONFLUENT_SHA256',
        'IAM_JAR_URL',
        'IAM_JAR_SHA256',
      ].map((name) => [name, any]),
    ),
  });
  if (status !== 0) throw new Error(`bootstrap.sh: ${stderr}`);
}

function run(program: string, argv: readonly string[], environment: Record<string, string> = {}) {
  return spawnSync(program, argv, { encoding: 'utf8', env: { ...process.env, ...environment }, timeout: 300_000 });
}
