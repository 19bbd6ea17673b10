import { DescribeAvailabilityZonesCommand } from '@aws-sdk/client-ec2';
import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import type { EnvironmentConfig } from '../../config/schema';
import { type AwsClients, findingOf } from './aws-clients';
import { type Finding, fails, ok } from './finding';

/** Zones, by the ids that are the same in every account, in which EMR Serverless starts no workers (AWS's quotas page, 2026-11). */
const WITHOUT_EMR: Readonly<Record<string, readonly string[]>> = { 'us-east-1': ['use1-az3'] };

/** Whether the account lets the runs have the processors that the file gives them. A new account has 16. */
export async function checkSparkQuota(config: EnvironmentConfig, { quotas }: AwsClients): Promise<Finding> {
  const check = 'Spark processors';
  const { name } = config;
  const spark = config.spark!;
  try {
    const { Quota } = await quotas.send(
      new GetServiceQuotaCommand({ ServiceCode: 'emr-serverless', QuotaCode: 'L-D05C8A75' }),
    );
    const most = Quota?.Value ?? 16;
    const needed = (1 + spark.executors) * spark.workerVcpu * (spark.continuous ? 2 : 1);
    if (most >= needed) return ok(check, `${needed} of ${most} vCPU`);
    return fails(
      check,
      `runs take ${needed} vCPU, and the account may use ${most} at once; they would wait or end with ServiceQuotaExceeded`,
      `ask for more of L-D05C8A75 (Service Quotas, EMR Serverless), or lower spark.executors or spark.workerVcpu in config/${name}.yaml`,
    );
  } catch (error) {
    return findingOf(check, 'servicequotas:GetServiceQuota', error);
  }
}

/** Whether EMR starts workers in the zones of the file: their letters stand for other zones in every account. */
export async function checkSparkZones(config: EnvironmentConfig, { ec2 }: AwsClients): Promise<Finding> {
  const check = 'Spark zones';
  const { name, region, network } = config;
  try {
    const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
    const ids = new Map(AvailabilityZones.map(({ ZoneName, ZoneId }) => [ZoneName, ZoneId]));
    const without = network.availabilityZones.filter((zone) => WITHOUT_EMR[region]?.includes(ids.get(zone) ?? ''));
    if (without.length === 0)
      return ok(check, network.availabilityZones.map((zone) => ids.get(zone) ?? zone).join(', '));
    return fails(
      check,
      `EMR Serverless has no workers in ${without.map((zone) => `${zone} (${ids.get(zone)} in this account)`).join(', ')}`,
      `other zones under network.availabilityZones in config/${name}.yaml`,
    );
  } catch (error) {
    return findingOf(check, 'ec2:DescribeAvailabilityZones', error);
  }
}
