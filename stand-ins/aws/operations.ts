import type { AwsOptions } from '.';
import type { Answer, Refusal } from './protocols';

/** What one call does: the answer in the service's own field names, or a refusal. */
export type Operation = (input: Readonly<Record<string, string>>) => Answer | Refusal;

const tagged = (pipeline: string) => (pipeline === '' ? [] : [{ key: 'pipeline', value: pipeline }]);

/** Every call that the stand-in knows, by the service it is signed for and its name. */
export function operations(account: AwsOptions): Readonly<Record<string, Operation>> {
  return {
    'sts GetCallerIdentity': () => ({
      Arn: `arn:aws:iam::${account.account}:user/ada`,
      UserId: 'AIDAEXAMPLE',
      Account: account.account,
    }),
    'ssm GetParameter': ({ Name = '' }) => {
      const Value = parameters(account)[Name];
      if (Value === undefined) return { status: 400, code: 'ParameterNotFound', message: '' };
      return { Parameter: { Name, Type: 'String', Value, Version: 1 } };
    },
    'cloudformation DescribeStacks': ({ NextToken }) => describeStacks(account, NextToken),
    'ec2 DescribeAvailabilityZones': () => ({
      availabilityZoneInfo: Object.entries(account.zones).map(([zoneName, zoneState]) => ({
        zoneName,
        zoneId: account.zoneIds?.[zoneName] ?? '',
        zoneState,
        zoneType: 'availability-zone',
        regionName: account.region,
      })),
    }),
    'ec2 DescribeInstanceTypeOfferings': (input) => ({
      instanceTypeOfferingSet: (account.machines[input['Filter.1.Value.1'] ?? ''] ?? []).map((location) => ({
        instanceType: input['Filter.1.Value.1'],
        location,
        locationType: 'availability-zone',
      })),
    }),
    'ec2 DescribeVpcs': () => ({
      vpcSet: account.vpcs.map((pipeline, at) => ({
        vpcId: `vpc-${at}`,
        state: 'available',
        tagSet: tagged(pipeline),
      })),
    }),
    'ec2 DescribeAddresses': () => ({
      addressesSet: account.addresses.map((pipeline, at) => ({ allocationId: `eip-${at}`, tagSet: tagged(pipeline) })),
    }),
    'ec2 DescribeVpcAttribute': ({ VpcId = '', Attribute = '' }) => {
      if (VpcId !== account.joined?.vpc)
        return { status: 400, code: 'InvalidVpcID.NotFound', message: `The vpc ID '${VpcId}' does not exist` };
      const value = account.joined.names[Attribute as 'enableDnsSupport'];
      return { vpcId: VpcId, [Attribute]: { value } };
    },
    'ec2 DescribeSubnets': (input) => {
      const asked = Object.entries(input).flatMap(([key, value]) => (/^Filter\.1\.Value\./.test(key) ? [value] : []));
      const subnets = (account.joined?.subnets ?? []) as { subnetId: string }[];
      return { subnetSet: subnets.filter(({ subnetId }) => asked.includes(subnetId)) as never };
    },
    'ec2 DescribeRouteTables': () => ({ routeTableSet: (account.joined?.routeTables ?? []) as never }),
    'ec2 DescribeVpcEndpoints': () => ({ vpcEndpointSet: (account.joined?.endpoints ?? []) as never }),
    'servicequotas GetServiceQuota': ({ ServiceCode, QuotaCode }) => {
      const value = account.quotas[`${ServiceCode}/${QuotaCode}` as keyof AwsOptions['quotas']];
      if (value === undefined) return { status: 400, code: 'NoSuchResourceException', message: 'no such quota' };
      return { Quota: { ServiceCode, QuotaCode, Value: value } };
    },
    'kafka GET /v1/kafka-versions': ({ nextToken }) => listKafkaVersions(account, nextToken),
    ...Object.fromEntries(
      Object.entries(account.clusters ?? {}).map(([arn, clusterInfo]): [string, Operation] => [
        `kafka GET /api/v2/clusters/${encodeURIComponent(arn)}`,
        () => ({ clusterInfo: clusterInfo as never }),
      ]),
    ),
    'secretsmanager DescribeSecret': ({ SecretId = '' }) => {
      const secret = account.secrets[SecretId];
      if (!secret) return noSecret();
      const deleted = secret.deleted ? { DeletedDate: 1_790_000_000 } : {};
      const VersionIdsToStages = { 'version-0': ['AWSPREVIOUS'], 'version-1': ['AWSCURRENT'] };
      return {
        Name: SecretId,
        VersionIdsToStages,
        ...(secret.key !== undefined && { KmsKeyId: secret.key }),
        ...deleted,
      };
    },
    'secretsmanager GetSecretValue': ({ SecretId = '' }) => {
      const secret = account.secrets[SecretId];
      return secret ? { Name: SecretId, SecretString: secret.text } : noSecret();
    },
  };
}

/** MSK's answer for every ARN that the account has no cluster of. */
export function clusterThatIsNotThere(service: string, name: string): Operation | undefined {
  if (service !== 'kafka' || !name.startsWith('GET /api/v2/clusters/')) return undefined;
  return () => ({ status: 404, code: 'NotFoundException', message: 'The specified cluster does not exist.' });
}

/** One stack a page, so that whoever reads only the first page is found out. */
function describeStacks({ stacks }: AwsOptions, token = '0'): Answer {
  const at = Number(token);
  const [name, status] = Object.entries(stacks)[at] ?? [];
  const more = at + 1 < Object.keys(stacks).length;
  return {
    Stacks: name === undefined ? [] : [{ StackName: name, StackStatus: status, CreationTime: '2026-11-01T00:00:00Z' }],
    NextToken: more ? String(at + 1) : undefined,
  };
}

function listKafkaVersions({ kafkaVersions }: AwsOptions, token = '0'): Answer {
  const all = Object.entries(kafkaVersions);
  const at = Number(token);
  const page = all.slice(at, at + 2).map(([version, status]) => ({ version, status }));
  return { kafkaVersions: page, ...(at + 2 < all.length && { nextToken: String(at + 2) }) };
}

function noSecret(): Refusal {
  const message = "Secrets Manager can't find the specified secret.";
  return { status: 400, code: 'ResourceNotFoundException', message };
}

function parameters({ bootstrap, images }: AwsOptions): Readonly<Record<string, string | undefined>> {
  const latest = Object.entries(images).map(([processor, image]) => [
    `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.1-${processor}`,
    image,
  ]);
  return { '/cdk-bootstrap/hnb659fds/version': bootstrap, ...Object.fromEntries(latest) };
}
