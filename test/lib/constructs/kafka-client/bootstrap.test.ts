import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPT = join(__dirname, '../../../../lib/constructs/kafka-client/bootstrap.sh');
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Machine {
  /** Runs the bootstrap; returns how it ended. */
  run(change?: Record<string, string>): { status: number | null; stderr: string };
  /** A file the bootstrap left behind. */
  file(path: string): string;
  has(path: string): boolean;
  /** What the stand-ins were called with, in order. */
  calls(): string[];
  readonly root: string;
}

/** An empty machine: a folder for /, and stand-ins for every program that would change or leave this one. */
function givenMachine(topics = '["ada.geo","ada.pin"]'): Machine {
  const folder = mkdtempSync(join(tmpdir(), 'bootstrap-'));
  folders.push(folder);
  const [root, bin, site] = ['root', 'bin', 'site'].map((name) => join(folder, name));
  const log = join(folder, 'calls');
  for (const made of [root!, bin!, join(site!, 'confluent-8/bin')]) mkdirSync(made, { recursive: true });
  writeFileSync(log, '');
  writeFileSync(join(site!, 'confluent-8/bin/kafka-rest-start'), '#!/bin/sh\n');
  execFileSync('tar', ['-czf', join(site!, 'confluent.tar.gz'), '-C', site!, 'confluent-8']);
  writeFileSync(join(site!, 'iam.jar'), 'the jar');

  const standIn = (name: string, body = '') => {
    writeFileSync(join(bin!, name), `#!/bin/bash\necho "${name} $*" >> ${log}\n${body}\n`);
    chmodSync(join(bin!, name), 0o755);
  };
  for (const name of ['dnf', 'systemctl', 'useradd', 'chown', 'amazon-cloudwatch-agent-ctl', 'cfn-signal', 'sleep'])
    standIn(name);
  standIn('id', 'exit 1');
  standIn(
    'curl',
    `case "\${@: -1}" in
       http://localhost:8082/topics) echo '${topics}' ;;
       *) exit 22 ;;
     esac`,
  );
  standIn(
    'aws',
    `from="\${@: -2:1}"
     case "$*" in
       's3 cp --region eu-west-1 --only-show-errors s3://artefacts/'*) cp "${site}/\${from##*/}" "\${@: -1}" ;;
       *) exit 22 ;;
     esac`,
  );

  const settings = {
    PATH: `${bin}:${process.env.PATH}`,
    ROOT: root!,
    BOOTSTRAP_SERVERS: 'b-1.example:9098,b-2.example:9098',
    AWS_REGION: 'eu-west-1',
    STACK: 'the-stack',
    RESOURCE: 'TheGroup',
    LOG_GROUP: 'the-log',
    METRIC_NAMESPACE: 'Pinterest/ada',
    PROBE_TOPIC: 'ada.pin',
    TOOLS_ROLE: 'arn:aws:iam::111122223333:role/tools',
    CONFLUENT_URL: 's3://artefacts/confluent.tar.gz',
    CONFLUENT_SHA256: digestOf(join(site!, 'confluent.tar.gz')),
    IAM_JAR_URL: 's3://artefacts/iam.jar',
    IAM_JAR_SHA256: digestOf(join(site!, 'iam.jar')),
    WAIT_SECONDS: '0',
  };
  return {
    root: root!,
    run: (change = {}) => {
      const { status, stderr } = spawnSync('bash', [SCRIPT], {
        env: { ...settings, ...change },
        encoding: 'utf8',
        timeout: 20_000,
      });
      return { status, stderr };
    },
    file: (path) => readFileSync(join(root!, path), 'utf8').replaceAll(root!, ''),
    has: (path) => existsSync(join(root!, path)),
    calls: () => readFileSync(log, 'utf8').replaceAll(root!, '').trim().split('\n'),
  };
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

test('a machine ends with Java, the log agent, the proxy running, and CloudFormation told so', () => {
  const machine = givenMachine();
  expect(machine.run()).toEqual({ status: 0, stderr: '' });
  expect(machine.calls().filter((call) => !/^(curl|aws) /.test(call))).toEqual([
    'dnf install -y java-17-amazon-corretto-headless amazon-cloudwatch-agent aws-cfn-bootstrap logrotate tar gzip',
    'amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c file:/opt/aws/amazon-cloudwatch-agent/etc/kafka-rest.json',
    'id kafka-rest',
    'useradd --system --no-create-home --shell /sbin/nologin kafka-rest',
    'chown kafka-rest /var/log/kafka-rest',
    'systemctl daemon-reload',
    'systemctl enable --now kafka-rest.service probe-kafka-rest.timer',
    'cfn-signal --exit-code 0 --stack the-stack --resource TheGroup --region eu-west-1',
  ]);
  expect(machine.has('opt/confluent/bin/kafka-rest-start')).toBe(true);
  expect(machine.file('opt/confluent/share/java/kafka-rest-lib/aws-msk-iam-auth.jar')).toBe('the jar');
});

test('the proxy’s settings sign every kind of client with IAM', () => {
  const machine = givenMachine();
  machine.run();
  expect(machine.file('etc/kafka-rest/kafka-rest.properties')).toBe(
    [
      'listeners=http://0.0.0.0:8082',
      'bootstrap.servers=b-1.example:9098,b-2.example:9098',
      'client.security.protocol=SASL_SSL',
      'client.sasl.mechanism=AWS_MSK_IAM',
      'client.sasl.jaas.config=software.amazon.msk.auth.iam.IAMLoginModule required;',
      'client.sasl.client.callback.handler.class=software.amazon.msk.auth.iam.IAMClientCallbackHandler',
      'producer.acks=all',
      '# Longer than the load balancer keeps a quiet connection, which would answer 502 for one that we had closed.',
      'idle.timeout.ms=75000',
      '# A small broker takes four new connections a second over IAM; without patience a refused client asks at once again.',
      'client.reconnect.backoff.ms=1000',
      'client.reconnect.backoff.max.ms=10000',
      '',
    ].join('\n'),
  );
});

test('an origin reaches the proxy, which answers browsers itself', () => {
  const machine = givenMachine();
  machine.run({ CORS_ORIGIN: 'https://pins.example' });
  expect(machine.file('etc/kafka-rest/kafka-rest.properties')).toContain(
    'access.control.allow.origin=https://pins.example\naccess.control.allow.methods=GET,POST,PUT,DELETE\n',
  );
});

test('the Kafka tools find their settings, the jar and the brokers', () => {
  const machine = givenMachine();
  machine.run();
  expect(machine.file('etc/kafka/client.properties')).toBe(
    [
      'security.protocol=SASL_SSL',
      'sasl.mechanism=AWS_MSK_IAM',
      'sasl.jaas.config=software.amazon.msk.auth.iam.IAMLoginModule required awsRoleArn="arn:aws:iam::111122223333:role/tools";',
      'sasl.client.callback.handler.class=software.amazon.msk.auth.iam.IAMClientCallbackHandler',
      '',
    ].join('\n'),
  );
  const shown = execFileSync(
    'bash',
    ['-c', `. ${machine.root}/etc/profile.d/kafka-client.sh; echo "$BOOTSTRAP_SERVERS $CLASSPATH"`],
    { encoding: 'utf8' },
  );
  expect(shown.replaceAll(machine.root, '').trim()).toBe(
    'b-1.example:9098,b-2.example:9098 /opt/confluent/share/java/kafka-rest-lib/aws-msk-iam-auth.jar',
  );
});

test('the service comes back whenever it ends', () => {
  const machine = givenMachine();
  machine.run({ HEAP: '512m' });
  const unit = machine.file('etc/systemd/system/kafka-rest.service').split('\n');
  expect(unit).toEqual(
    expect.arrayContaining([
      'User=kafka-rest',
      'Restart=always',
      'Environment=KAFKAREST_HEAP_OPTS=-Xmx512m',
      'ExecStart=/opt/confluent/bin/kafka-rest-start /etc/kafka-rest/kafka-rest.properties',
      'WantedBy=multi-user.target',
    ]),
  );
});

test('logs of the proxy and of this script go to the log group', () => {
  const machine = givenMachine();
  machine.run();
  const agent = JSON.parse(machine.file('opt/aws/amazon-cloudwatch-agent/etc/kafka-rest.json'));
  expect(agent.logs.logs_collected.files.collect_list).toEqual([
    {
      file_path: '/var/log/kafka-rest/console.log',
      log_group_name: 'the-log',
      log_stream_name: '{instance_id}/kafka-rest',
    },
    {
      file_path: '/var/log/cloud-init-output.log',
      log_group_name: 'the-log',
      log_stream_name: '{instance_id}/bootstrap',
    },
  ]);
});

test.each([
  ['lists our topic', '["ada.geo","ada.pin"]', 1],
  ['lists other topics only', '["ada.pinned"]', 0],
  ['is refused by Kafka', '{"error_code":40101}', 0],
])('the probe of a proxy that %s counts accordingly', (_what, topics, value) => {
  const machine = givenMachine();
  machine.run();
  const bin = mkdtempSync(join(tmpdir(), 'probe-'));
  folders.push(bin);
  writeFileSync(join(bin, 'curl'), `#!/bin/bash\necho '${topics}'\n`, { mode: 0o755 });
  writeFileSync(join(bin, 'aws'), '#!/bin/bash\necho "$*"\n', { mode: 0o755 });
  const said = execFileSync('bash', [join(machine.root, 'usr/local/bin/probe-kafka-rest')], {
    env: { PATH: `${bin}:${process.env.PATH}` },
    encoding: 'utf8',
  });
  expect(said.trim()).toBe(
    `cloudwatch put-metric-data --region eu-west-1 --namespace Pinterest/ada --metric-name KafkaReached --value ${value}`,
  );
});

test('a download with another digest fails the bootstrap, is named, and is not kept', () => {
  const machine = givenMachine();
  const wrong = 'a'.repeat(64);
  const { status, stderr } = machine.run({ IAM_JAR_SHA256: wrong });
  expect(status).toBe(1);
  expect(stderr).toContain(`bootstrap: s3://artefacts/iam.jar has SHA-256 `);
  expect(stderr).toContain(`but ${wrong} is pinned`);
  expect(machine.has('opt/confluent/share/java/kafka-rest-lib/aws-msk-iam-auth.jar')).toBe(false);
  expect(machine.calls().at(-1)).toBe(
    'cfn-signal --exit-code 1 --stack the-stack --resource TheGroup --region eu-west-1',
  );
});

test('a download that fails fails the bootstrap, and CloudFormation hears of it', () => {
  const machine = givenMachine();
  expect(machine.run({ CONFLUENT_URL: 's3://gone/x' }).status).toBe(22);
  expect(machine.calls().at(-1)).toBe(
    'cfn-signal --exit-code 22 --stack the-stack --resource TheGroup --region eu-west-1',
  );
});

test('a proxy that Kafka refuses fails the bootstrap', () => {
  const machine = givenMachine('{"error_code":40101,"message":"refused"}');
  const { status, stderr } = machine.run();
  expect(status).toBe(1);
  expect(stderr).toContain('the REST proxy does not list ada.pin after 0 s; see /var/log/kafka-rest/console.log');
});

test.each(['BOOTSTRAP_SERVERS', 'CONFLUENT_SHA256'])('without %s nothing is done but to say so', (name) => {
  const machine = givenMachine();
  expect(machine.run({ [name]: '' }).stderr).toContain(name);
  expect(machine.calls()).toEqual([expect.stringMatching(/^cfn-signal --exit-code [1-9]\d* --stack the-stack/)]);
});

test('a second run changes nothing and downloads the archive no more', () => {
  const machine = givenMachine();
  machine.run();
  const before = machine.file('etc/kafka-rest/kafka-rest.properties');
  expect(machine.run().status).toBe(0);
  expect(machine.file('etc/kafka-rest/kafka-rest.properties')).toBe(before);
  expect(machine.calls().filter((call) => call.includes('confluent.tar.gz'))).toHaveLength(1);
});
