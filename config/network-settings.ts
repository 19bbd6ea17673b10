import { z } from 'zod';
import { nearest } from './nearest';
import { REGIONS, zonesOf } from './regions';
import { refuse, text, wholeNumber } from './rules';

const REGION_RULE = 'must be an AWS region such as us-east-1';

export const region = z
  .string(REGION_RULE)
  .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, { error: REGION_RULE, abort: true })
  .refine((name) => REGIONS[name] !== undefined, {
    error: ({ input }) => {
      const meant = nearest(String(input), Object.keys(REGIONS));
      return `must be a region that AWS has${meant === undefined ? '' : `, perhaps ${meant}`}`;
    },
  })
  .describe('AWS region, such as us-east-1. Changing it makes another environment and leaves the first where it was.');

const existingVpc = z.strictObject({
  id: text(/^vpc-[0-9a-f]{8,17}$/, 'must be the id of a VPC such as vpc-0123456789abcdef0').describe(
    'VPC that is there already. The pipeline joins it and changes nothing of it.',
  ),
  privateSubnets: z
    .array(text(/^subnet-[0-9a-f]{8,17}$/, 'must be the id of a subnet such as subnet-0123456789abcdef0'))
    .min(2, 'must name 2 or 3 subnets, one in each of availabilityZones')
    .max(3, 'must name 2 or 3 subnets, one in each of availabilityZones')
    .describe(
      'Its subnets that reach the internet by a NAT gateway or the like, one in each of availabilityZones and in their order.',
    ),
});

export const network = z.strictObject({
  vpc: existingVpc.optional(),
  cidr: text(
    /^(10|172|192)\.\d{1,3}\.\d{1,3}\.\d{1,3}\/(1[6-9]|2[0-2])$/,
    'must be a private IPv4 block of /16 to /22 such as 10.0.0.0/16',
  )
    .describe(
      'Addresses of the VPC, a private block of /16 to /22. Left out, 10.0.0.0/16. Changing it replaces the network. Not with network.vpc.',
    )
    .optional(),
  availabilityZones: z
    .array(z.string())
    .min(2, 'must name 2 or 3 zones: MSK spans at least two')
    .max(3, 'must name 2 or 3 zones: MSK spans at most three')
    .describe(
      'Zones by name. Written down, because without an account CDK cannot look them up and would take only two.',
    ),
  natGateways: wholeNumber(1, 3)
    .describe(
      'Ways out to the internet, without which there is no network of ours. One is cheapest; one per zone survives the loss of a zone. Not with network.vpc.',
    )
    .optional(),
});

/** Zones must be the region's own, differ, be usable by MSK, and be no fewer than the NAT gateways. */
export function checkZones(
  region: string,
  { availabilityZones, natGateways, cidr, vpc }: z.infer<typeof network>,
  context: z.RefinementCtx,
): void {
  const zones = zonesOf(region);
  availabilityZones.forEach((zone, i) => {
    const path = ['network', 'availabilityZones', i];
    if (zones.length === 0) return;
    if (!zone.startsWith(region) || !/^[a-z]$/.test(zone.slice(region.length))) {
      refuse(context, path, `must be a zone of ${region}, such as ${region}a`);
    } else if (zone === 'us-east-1e') {
      refuse(context, path, 'must not be us-east-1e, which MSK does not serve');
    } else if (!zones.includes(zone)) {
      refuse(context, path, `must be one of ${zones.join(', ')}`);
    } else if (availabilityZones.indexOf(zone) !== i) {
      refuse(context, path, 'must not be named twice');
    }
  });
  if (vpc) {
    for (const [key, value] of Object.entries({ cidr, natGateways }))
      if (value !== undefined)
        refuse(context, ['network', key], 'must be left out: the VPC of network.vpc has its own');
    if (vpc.privateSubnets.length !== availabilityZones.length) {
      const path = ['network', 'vpc', 'privateSubnets'];
      refuse(context, path, `must be as many as availabilityZones, ${availabilityZones.length}`);
    }
  } else if (natGateways === undefined) {
    refuse(context, ['network', 'natGateways'], 'must be given, unless network.vpc names a VPC that is there');
  } else if (natGateways > availabilityZones.length) {
    refuse(context, ['network', 'natGateways'], `must be at most the number of zones, ${availabilityZones.length}`);
  }
}
