import {
  type CloudFormationClient,
  paginateDescribeStackEvents,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { type EMRServerlessClient, paginateListJobRuns } from '@aws-sdk/client-emr-serverless';
import {
  DescribeConfigurationRevisionCommand,
  type KafkaClient,
  paginateListConfigurations,
  paginateListKafkaVersions,
} from '@aws-sdk/client-kafka';
import type { EnvironmentConfig } from '../../config/schema';
import { ApiRefused } from '../smoke/api';
import { findSpark } from '../spark/spark-stack';

/** What became of a claim: seen to hold, seen not to, or not looked at and why. */
export interface Outcome {
  readonly state: 'holds' | 'does not hold' | 'not tried';
  readonly found: string;
}

/** What probes look with. All of it only reads. */
export interface Reach {
  readonly config: EnvironmentConfig;
  readonly cloudFormation: CloudFormationClient;
  readonly kafka: KafkaClient;
  readonly emr: EMRServerlessClient;
  /** Answers a signed GET of a path below the API's address. @default - the environment has no outputs file */
  readonly api?: (path: string) => Promise<unknown>;
}

/** One claim of docs/stacks.md, by its id there. */
export interface Probe {
  readonly id: string;
  readonly look: (reach: Reach) => Promise<Outcome>;
}

/** Every claim that only a live account can show, in the order of docs/stacks.md; a test holds the two to one another. */
export const PROBES: readonly Probe[] = [
  { id: 'stack-references', look: (reach) => resourceIsThere(reach, 'Api', 'AWS::ApiGateway::Stage') },
  { id: 'durations', look: howLong },
  { id: 'kafka-timestamps', look: takesTimestamps },
  { id: 'kafka-topics', look: (reach) => resourceIsThere(reach, 'Kafka', 'AWS::MSK::Topic', 4) },
  { id: 'topic-settings', look: takesTopicSettings },
  { id: 'kafka-version', look: versionIsOffered },
  {
    id: 'client-bootstrap',
    look: (reach) => resourceIsThere(reach, 'KafkaClient', 'AWS::AutoScaling::AutoScalingGroup'),
  },
  {
    id: 'client-heap',
    look: byHand('the proxy has to carry load for a day; then read its log group for OutOfMemoryError'),
  },
  { id: 'sink-plugin', look: (reach) => resourceIsThere(reach, 'S3Sink', 'AWS::KafkaConnect::Connector') },
  { id: 'sink-backoff', look: (reach) => resourceIsThere(reach, 'S3Sink', 'AWS::KafkaConnect::WorkerConfiguration') },
  {
    id: 'sink-dead-letters',
    look: byHand(
      'it takes a record that the sink refuses: send one with npm run emulate -- --hard-mode, then look at the dead-letter topic',
    ),
  },
  { id: 'api-link', look: reachesProxy },
  { id: 'api-null-data', look: byHand('it takes a record without Data, which stays in the stream for a day') },
  { id: 'airflow-version', look: (reach) => resourceIsThere(reach, 'Orchestration', 'AWS::MWAA::Environment') },
  { id: 'airflow-log-groups', look: (reach) => resourceIsThere(reach, 'Orchestration', 'AWS::Logs::LogGroup', 5) },
  { id: 'databricks-workspace', look: (reach) => resourceIsThere(reach, 'Databricks', 'Custom::DatabricksWorkspace') },
  { id: 'workflow-roles', look: byHand("only GitHub's own token opens them: run the workflow deploy") },
  { id: 'metric-names', look: byHand('look at the dashboard after a day: an empty graph has a wrong name') },
  { id: 'budget', look: byHand('AWS brings its figures up to date once a day') },
  { id: 'spark-run', look: hasRun },
  { id: 'views-by-url', look: tellsViewsApart },
  { id: 'rules-without-targets', look: byHand('look at the metric in CloudWatch after the first hour') },
  {
    id: 'canary',
    look: byHand(
      'with monitoring.canary: read the log of its function a quarter of an hour after the first deployment',
    ),
  },
  { id: 'athena-names', look: byHand('ask one of the tables in Athena') },
];

function byHand(how: string): Probe['look'] {
  return async () => ({ state: 'not tried', found: how });
}

interface Found {
  readonly type: string;
  readonly status: string;
}

/** A stack's resources; undefined when there is no such stack. */
async function resourcesOf({ config, cloudFormation }: Reach, stack: string): Promise<Found[] | undefined> {
  const found: Found[] = [];
  const StackName = `pinterest-${config.userId}-${stack}`;
  try {
    for await (const page of paginateListStackResources({ client: cloudFormation }, { StackName })) {
      for (const { ResourceType = '', ResourceStatus = '' } of page.StackResourceSummaries ?? [])
        found.push({ type: ResourceType, status: ResourceStatus });
    }
  } catch (error) {
    if (/does not exist/.test((error as Error).message)) return undefined;
    throw error;
  }
  return found;
}

/** Whether the stack has made at least so many of a type. That CloudFormation says so is AWS's own word for it. */
async function resourceIsThere(reach: Reach, stack: string, type: string, least = 1): Promise<Outcome> {
  const resources = await resourcesOf(reach, stack);
  if (resources === undefined) return { state: 'not tried', found: `there is no stack ${stack}` };
  const ofType = resources.filter((each) => each.type === type);
  const made = ofType.filter(({ status }) => /^(CREATE|UPDATE)_COMPLETE$/.test(status)).length;
  const found = `${made} of ${Math.max(least, ofType.length)} ${type} made`;
  return { state: made >= least ? 'holds' : 'does not hold', found };
}

/** Minutes that each stack took to be made, which nobody could say before. */
async function howLong({ config, cloudFormation }: Reach): Promise<Outcome> {
  const minutes: string[] = [];
  for (const stack of ['Kafka', 'KafkaClient', 'S3Sink', 'Orchestration']) {
    const StackName = `pinterest-${config.userId}-${stack}`;
    const times: number[] = [];
    try {
      for await (const page of paginateDescribeStackEvents({ client: cloudFormation }, { StackName })) {
        for (const { ResourceType, ResourceStatus = '', Timestamp } of page.StackEvents ?? [])
          if (ResourceType === 'AWS::CloudFormation::Stack' && ResourceStatus.startsWith('CREATE_') && Timestamp)
            times.push(Timestamp.getTime());
      }
    } catch (error) {
      if (!/does not exist/.test((error as Error).message)) throw error;
    }
    if (times.length > 1)
      minutes.push(`${stack} ${Math.round((Math.max(...times) - Math.min(...times)) / 60_000)} min`);
  }
  return minutes.length === 0
    ? { state: 'not tried', found: 'nothing is deployed' }
    : { state: 'holds', found: minutes.join(', ') };
}

async function takesTimestamps({ config, kafka }: Reach): Promise<Outcome> {
  const name = `${config.userId}-cluster-${config.kafka.version.replaceAll('.', '-')}`;
  for await (const page of paginateListConfigurations({ client: kafka }, {})) {
    const found = (page.Configurations ?? []).find(({ Name }) => Name === name);
    if (!found) continue;
    const { ServerProperties } = await kafka.send(
      new DescribeConfigurationRevisionCommand({ Arn: found.Arn, Revision: found.LatestRevision?.Revision }),
    );
    const text = Buffer.from(ServerProperties ?? []).toString('utf8');
    const taken = /^log\.message\.timestamp\.type=LogAppendTime$/m.test(text);
    return { state: taken ? 'holds' : 'does not hold', found: taken ? 'LogAppendTime' : 'the setting is not there' };
  }
  return { state: 'not tried', found: 'there is no configuration' };
}

async function takesTopicSettings(reach: Reach): Promise<Outcome> {
  if (!reach.config.kafka.cluster) return { state: 'not tried', found: "the cluster is the pipeline's own" };
  return resourceIsThere(reach, 'Kafka', 'AWS::MSK::Topic', 4);
}

async function versionIsOffered({ config, kafka }: Reach): Promise<Outcome> {
  for await (const page of paginateListKafkaVersions({ client: kafka }, {})) {
    const found = (page.KafkaVersions ?? []).find(({ Version }) => Version === config.kafka.version);
    if (found) return { state: found.Status === 'ACTIVE' ? 'holds' : 'does not hold', found: `${found.Status}` };
  }
  return { state: 'does not hold', found: `${config.kafka.version} is not in the list` };
}

/** A list of topics through gateway, link, load balancer, proxy and Kafka: all five, or none. */
async function reachesProxy({ config, api }: Reach): Promise<Outcome> {
  if (!api) return { state: 'not tried', found: 'there is no outputs file, so the address is not known' };
  const topics = await api('topics');
  const ours = Array.isArray(topics) && topics.includes(`${config.userId}.pin`);
  return { state: ours ? 'holds' : 'does not hold', found: ours ? 'the topics are listed' : 'our topic is not listed' };
}

/** A view and a layer that are not there are told by a template that knows the request only where everything that is believed of it is so. */
async function tellsViewsApart({ api }: Reach): Promise<Outcome> {
  if (!api) return { state: 'not tried', found: 'there is no outputs file, so the address is not known' };
  const [view, layer] = [await refusalOf(api, 'views/no_such_view'), await refusalOf(api, `views/${VIEW}?layer=none`)];
  const found = `a view that is not there: ${view}; a layer: ${layer}; npm run contract also asks for 304`;
  const holds = /^404 no view 'no_such_view' \(known: /.test(view) && /^400 /.test(layer) && layer.includes("'none'");
  return { state: holds ? 'holds' : 'does not hold', found };
}

const VIEW = 'top_category_by_year';

async function refusalOf(api: NonNullable<Reach['api']>, path: string): Promise<string> {
  try {
    await api(path);
    return '200';
  } catch (error) {
    if (error instanceof ApiRefused) return `${error.status} ${error.said}`;
    throw error;
  }
}

/** How the last run on EMR ended, and how long it took, which the prices assume. */
async function hasRun({ config, cloudFormation, emr }: Reach): Promise<Outcome> {
  const { applications = [] } = (await findSpark(cloudFormation, config.userId)) ?? {};
  if (applications.length === 0) return { state: 'not tried', found: 'there is no stack Spark' };
  const ended: { state: string; minutes: number; at: number; why: string }[] = [];
  for (const applicationId of applications) {
    for await (const page of paginateListJobRuns({ client: emr }, { applicationId, states: ['SUCCESS', 'FAILED'] }))
      for (const { state = '', createdAt, updatedAt, stateDetails = '' } of page.jobRuns ?? []) {
        const [from, at] = [createdAt!.getTime(), updatedAt!.getTime()];
        ended.push({ state, minutes: (at - from) / 60_000, at, why: stateDetails });
      }
  }
  const last = ended.toSorted((one, other) => other.at - one.at)[0];
  if (!last) return { state: 'not tried', found: 'no run has ended; npm run smoke -- --through answers starts one' };
  const took = `the last of ${ended.length} runs took ${last.minutes.toFixed(1)} min`;
  if (last.state === 'SUCCESS') return { state: 'holds', found: took };
  return { state: 'does not hold', found: `${took} and failed: ${last.why}` };
}
