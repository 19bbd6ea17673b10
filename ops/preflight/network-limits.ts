import {
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  paginateDescribeInstanceTypeOfferings,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import type { EnvironmentConfig } from '../../config/schema';
import { type AwsClients, findingOf } from './aws-clients';
import { type Finding, fails, ok } from './finding';

/** Zones, by id, in which API Gateway's VPC links of the second kind cannot be. */
const NO_LINKS = ['use1-az3'];

/** Whether the account has the zones that the file names: their letters differ between accounts. */
export async function checkZones({ name, region, network }: EnvironmentConfig, { ec2 }: AwsClients): Promise<Finding> {
  const check = 'zones';
  try {
    const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
    const usable = AvailabilityZones.filter(
      ({ State, ZoneType = 'availability-zone' }) => State === 'available' && ZoneType === 'availability-zone',
    );
    const named = (zones: typeof usable) => zones.map(({ ZoneName }) => ZoneName!);
    const missing = network.availabilityZones.filter((zone) => !named(usable).includes(zone));
    // Letters are dealt out to each account anew; what a zone lacks, it lacks under its id.
    const linkless = usable.filter(
      ({ ZoneName, ZoneId }) => network.availabilityZones.includes(ZoneName!) && NO_LINKS.includes(ZoneId!),
    );
    const rest = named(usable.filter(({ ZoneId }) => !NO_LINKS.includes(ZoneId!)));
    const fix = `network.availabilityZones in config/${name}.yaml: ${rest.join(', ') || `none of ${region}`}`;
    if (missing.length > 0) return fails(check, `${missing.join(', ')} cannot be used in this account`, fix);
    if (linkless.length > 0) {
      const [{ ZoneName, ZoneId }] = linkless as [(typeof linkless)[0]];
      return fails(check, `${ZoneName} is ${ZoneId} in this account, where API Gateway has no VPC links`, fix);
    }
    return ok(check, network.availabilityZones.join(', '));
  } catch (error) {
    return findingOf(check, 'ec2:DescribeAvailabilityZones', error);
  }
}

/** Whether each zone has the machines that the file asks for. */
export async function checkMachines(config: EnvironmentConfig, { ec2 }: AwsClients): Promise<Finding> {
  const check = 'machines';
  const { name, network, kafkaClient } = config;
  const offered: { Location?: string }[] = [];
  try {
    const asked = {
      LocationType: 'availability-zone' as const,
      Filters: [{ Name: 'instance-type', Values: [kafkaClient.instanceType] }],
    };
    for await (const page of paginateDescribeInstanceTypeOfferings({ client: ec2 }, asked))
      offered.push(...(page.InstanceTypeOfferings ?? []));
  } catch (error) {
    return findingOf(check, 'ec2:DescribeInstanceTypeOfferings', error);
  }
  const without = network.availabilityZones.filter((zone) => !offered.some(({ Location }) => Location === zone));
  if (without.length === 0) return ok(check, `${kafkaClient.instanceType} in each zone`);
  return fails(
    check,
    `no ${kafkaClient.instanceType} in ${without.join(', ')}`,
    `kafkaClient.instanceType in config/${name}.yaml: a type that all of ${network.availabilityZones.join(', ')} offer`,
  );
}

/** Whether one more network fits into the region. The quota is low, and every environment takes one. */
export async function checkNetworks(config: EnvironmentConfig, { ec2, quotas }: AwsClients): Promise<Finding> {
  const check = 'networks';
  const vpcs: { Tags?: Tag[] }[] = [];
  try {
    for await (const page of paginateDescribeVpcs({ client: ec2 }, {})) vpcs.push(...(page.Vpcs ?? []));
  } catch (error) {
    return findingOf(check, 'ec2:DescribeVpcs', error);
  }
  const needed = config.network.vpc || vpcs.some(isOf(config)) ? 0 : 1;
  return checkQuota(
    check,
    { used: vpcs.length, needed, of: 'VPCs', service: 'vpc', code: 'L-F678F1CE' },
    config,
    quotas,
  );
}

/** Whether the addresses of the NAT gateways fit. */
export async function checkAddresses(config: EnvironmentConfig, { ec2, quotas }: AwsClients): Promise<Finding> {
  const check = 'addresses';
  try {
    const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({}));
    const needed = Math.max(0, (config.network.natGateways ?? 0) - Addresses.filter(isOf(config)).length);
    const asked = { used: Addresses.length, needed, of: 'elastic addresses', service: 'ec2', code: 'L-0263D0A3' };
    return await checkQuota(check, asked, config, quotas);
  } catch (error) {
    return findingOf(check, 'ec2:DescribeAddresses', error);
  }
}

interface Tag {
  readonly Key?: string;
  readonly Value?: string;
}

/** Whether something was made by an earlier deployment of the environment, by the tag that all its stacks carry. */
function isOf({ userId }: EnvironmentConfig): (resource: { readonly Tags?: readonly Tag[] }) => boolean {
  return ({ Tags = [] }) => Tags.some(({ Key, Value }) => Key === 'pipeline' && Value === userId);
}

interface Asked {
  readonly used: number;
  readonly needed: number;
  readonly of: string;
  readonly service: string;
  readonly code: string;
}

async function checkQuota(
  check: string,
  { used, needed, of, service, code }: Asked,
  { region }: EnvironmentConfig,
  quotas: AwsClients['quotas'],
): Promise<Finding> {
  if (needed === 0) return ok(check, `${of}: those of this environment are there`);
  try {
    const { Quota } = await quotas.send(new GetServiceQuotaCommand({ ServiceCode: service, QuotaCode: code }));
    const limit = Quota!.Value!;
    const found = `${of}: ${used} in use, ${needed} more needed, ${limit} allowed in ${region}`;
    if (used + needed <= limit) return ok(check, found);
    return fails(
      check,
      found,
      `give up what is not needed, or aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${used + needed}`,
    );
  } catch (error) {
    return findingOf(check, 'servicequotas:GetServiceQuota', error);
  }
}
