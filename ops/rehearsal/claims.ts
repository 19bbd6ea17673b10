import { EMRServerlessClient } from '@aws-sdk/client-emr-serverless';
import type { EnvironmentConfig } from '../../config/schema';
import { ApiRefused } from '../smoke/api';
import { gather } from '../verify-live/evidence';
import { PROBES } from '../verify-live/probes';
import { askApi } from './answers';
import type { Assembly } from './assembly';
import type { Finding } from './findings';
import { lakeBucket, type OpenStage } from './stage';

/** What the engine, and the gateway over its bucket, can show of what only a live account can prove. */
const SEEN_HERE = [
  'stack-references',
  'kafka-topics',
  'client-bootstrap',
  'sink-plugin',
  'airflow-version',
  'databricks-workspace',
  'views-by-url',
];

/** Claims of verify-live that do not hold here. The engine has no API of MSK, and no Kafka behind the API, which leaves those untried. */
export async function unverified(
  config: EnvironmentConfig,
  assembly: Assembly,
  { stage, emrUrl, hasRun }: { readonly stage: OpenStage; readonly emrUrl: string; readonly hasRun: boolean },
): Promise<Finding[]> {
  const emr = new EMRServerlessClient({ ...stage.client, endpoint: emrUrl });
  const ask = askApi({ config, assembly, bucket: await lakeBucket(config, stage), clients: { s3: stage.s3 } });
  const api = async (path: string) => {
    if (!path.startsWith('views')) throw new Error(`${path} has nothing behind it here`);
    const { status, json, message } = await ask(path);
    if (status !== 200) throw new ApiRefused(`GET ${path} answered ${status}`, status, message);
    return json;
  };
  const { claims } = await gather(
    PROBES,
    { config, ...stage.clients, emr, api },
    { now: () => new Date(), say: () => {} },
  );
  emr.destroy();
  const seen = claims.filter(({ state }) => state === 'holds').map(({ id }) => id);
  const wrong = claims
    .filter(({ state }) => state === 'does not hold')
    .map(({ id, found }) => `${id} does not hold: ${found}`);
  const missing = [...SEEN_HERE, ...(hasRun ? ['spark-run'] : [])]
    .filter((id) => !seen.includes(id))
    .map((id) => `${id} could not be tried`);
  return [...wrong, ...missing].map((what) => ({ step: 'verify-live', stack: config.name, what }));
}
