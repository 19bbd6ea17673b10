import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  type EC2Client,
  type RouteTable,
  type Subnet,
} from '@aws-sdk/client-ec2';
import type { EnvironmentConfig } from '../../config/schema';
import { type AwsClients, findingOf } from './aws-clients';
import { type Finding, fails, ok, warns } from './finding';

const CHECK = 'existing network';
/** Addresses that brokers, load balancer, sink, Spark and Airflow together take of a subnet, with some to spare. */
const ADDRESSES = 32;

type Existing = NonNullable<EnvironmentConfig['network']['vpc']>;

/** Whether a VPC that the file names has what the pipeline needs of one. A deployment finds out one resource at a time. */
export async function checkExistingNetwork(
  { name, region, network: { vpc, availabilityZones } }: EnvironmentConfig,
  { ec2 }: AwsClients,
): Promise<Finding> {
  const { id, privateSubnets } = vpc!;
  let action = 'ec2:DescribeVpcAttribute';
  try {
    const names = await namesAreGiven(ec2, id);
    action = 'ec2:DescribeSubnets';
    const asked = { Filters: [{ Name: 'subnet-id', Values: privateSubnets }] };
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand(asked));
    action = 'ec2:DescribeRouteTables';
    const tables = await routeTables(ec2, id);
    action = 'ec2:DescribeVpcEndpoints';
    const linked = await tablesWithS3(ec2, id, region);

    const faults = [
      ...names,
      ...privateSubnets.flatMap((subnet, i) =>
        faultsOf(subnet, availabilityZones[i]!, { vpc: vpc!, subnets: Subnets, tables }),
      ),
    ];
    if (faults.length > 0)
      return fails(CHECK, faults.join('; '), `network.vpc in config/${name}.yaml, or the VPC itself`);
    const unlinked = privateSubnets.filter((subnet) => !linked.has(tableOf(subnet, tables)?.RouteTableId ?? ''));
    if (unlinked.length > 0) {
      const fix = `a gateway endpoint for com.amazonaws.${region}.s3 in their route tables`;
      return warns(CHECK, `${unlinked.join(', ')} reach S3 through NAT, which costs by the gigabyte`, fix);
    }
    return ok(CHECK, `${id}, ${privateSubnets.join(', ')}`);
  } catch (error) {
    if (/^InvalidVpcID/.test((error as Error).name))
      return fails(CHECK, `there is no ${id} in ${region}`, `network.vpc.id in config/${name}.yaml`);
    return findingOf(CHECK, action, error);
  }
}

/** MSK, the endpoints of AWS and Airflow are reached by name. */
async function namesAreGiven(ec2: EC2Client, VpcId: string): Promise<string[]> {
  const support = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsSupport' }));
  const hostnames = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' }));
  return [
    ...(support.EnableDnsSupport?.Value ? [] : [`${VpcId} resolves no names (enableDnsSupport)`]),
    ...(hostnames.EnableDnsHostnames?.Value ? [] : [`${VpcId} gives no names (enableDnsHostnames)`]),
  ];
}

async function routeTables(ec2: EC2Client, vpc: string): Promise<RouteTable[]> {
  const { RouteTables = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }),
  );
  return RouteTables;
}

/** Route tables through which S3 is reached without NAT. */
async function tablesWithS3(ec2: EC2Client, vpc: string, region: string): Promise<ReadonlySet<string>> {
  const { VpcEndpoints = [] } = await ec2.send(
    new DescribeVpcEndpointsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }),
  );
  const gateways = VpcEndpoints.filter(
    ({ ServiceName, VpcEndpointType }) => ServiceName === `com.amazonaws.${region}.s3` && VpcEndpointType === 'Gateway',
  );
  return new Set(gateways.flatMap(({ RouteTableIds = [] }) => RouteTableIds));
}

/** The table that a subnet is associated with, else the VPC's main one. */
function tableOf(subnet: string, tables: readonly RouteTable[]): RouteTable | undefined {
  const has = (test: (association: { SubnetId?: string; Main?: boolean }) => boolean) =>
    tables.find(({ Associations = [] }) => Associations.some(test));
  return has(({ SubnetId }) => SubnetId === subnet) ?? has(({ Main }) => Main === true);
}

function faultsOf(
  id: string,
  zone: string,
  { vpc, subnets, tables }: { vpc: Existing; subnets: readonly Subnet[]; tables: readonly RouteTable[] },
): string[] {
  const subnet = subnets.find(({ SubnetId }) => SubnetId === id);
  if (!subnet) return [`there is no ${id}`];
  const faults: string[] = [];
  if (subnet.VpcId !== vpc.id) faults.push(`${id} is in ${subnet.VpcId}`);
  if (subnet.AvailabilityZone !== zone)
    faults.push(`${id} is in ${subnet.AvailabilityZone}, and the file says ${zone}`);
  const free = subnet.AvailableIpAddressCount ?? 0;
  if (free < ADDRESSES) faults.push(`${id} has ${free} free addresses, and ${ADDRESSES} are needed`);
  const wayOut = tableOf(id, tables)?.Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0');
  if (!wayOut) faults.push(`${id} has no way out to the internet`);
  else if (wayOut.State === 'blackhole') faults.push(`${id}'s way out to the internet leads nowhere`);
  // Machines without a public address get no answers through an internet gateway.
  else if (wayOut.GatewayId?.startsWith('igw-'))
    faults.push(`${id} is public: its way out is ${wayOut.GatewayId}, not NAT`);
  return faults;
}
