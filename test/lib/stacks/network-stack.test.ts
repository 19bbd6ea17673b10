import { Template } from 'aws-cdk-lib/assertions';
import { NetworkStack } from '../../../lib/stacks/network-stack';
import { givenApp, givenConfig, withoutHashes } from '../testing/environment';

function given(settings: Record<string, unknown> = {}) {
  const stack = new NetworkStack(givenApp(), 'Network', { config: givenConfig(settings) });
  return { stack, template: Template.fromStack(stack) };
}

const THREE_ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];

test('each zone of the file has a public and a private subnet, though CDK knows no account', () => {
  const { template } = given({ account: undefined, network: { availabilityZones: THREE_ZONES, natGateways: 1 } });
  const subnets = Object.values(template.findResources('AWS::EC2::Subnet')).map(({ Properties }) => Properties);
  expect(subnets.map(({ AvailabilityZone }) => AvailabilityZone)).toEqual([...THREE_ZONES, ...THREE_ZONES]);
  expect(subnets.map(({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch)).toEqual(Array(6).fill(false));
});

test('addresses and ways out come from the environment', () => {
  const { template } = given({ network: { cidr: '172.20.0.0/18', availabilityZones: THREE_ZONES, natGateways: 3 } });
  template.hasResourceProperties('AWS::EC2::VPC', { CidrBlock: '172.20.0.0/18' });
  template.resourceCountIs('AWS::EC2::NatGateway', 3);
  given().template.resourceCountIs('AWS::EC2::NatGateway', 1);
});

test('S3 is reached without the NAT', () => {
  given().template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
    VpcEndpointType: 'Gateway',
    ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, '.s3']] },
  });
});

test('all traffic is logged, for as long as the environment says', () => {
  const { template } = given({ logRetentionDays: 60 });
  template.hasResourceProperties('AWS::EC2::FlowLog', { TrafficType: 'ALL', LogDestinationType: 'cloud-watch-logs' });
  template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 60 });
});

test('nothing in the template changes unnoticed', () => {
  expect(withoutHashes(given().stack)).toMatchSnapshot();
});
