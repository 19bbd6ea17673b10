import { z } from 'zod';
import { refuse, text, wholeNumber } from './rules';

export const network = z.strictObject({
  cidr: text(
    /^(10|172|192)\.\d{1,3}\.\d{1,3}\.\d{1,3}\/(1[6-9]|2[0-2])$/,
    'must be a private IPv4 block of /16 to /22 such as 10.0.0.0/16',
  )
    .describe('Addresses of the VPC, a private block of /16 to /22. Changing it replaces the network.')
    .default('10.0.0.0/16'),
  availabilityZones: z
    .array(z.string())
    .min(2, 'must name 2 or 3 zones: MSK spans at least two')
    .max(3, 'must name 2 or 3 zones: MSK spans at most three')
    .describe(
      'Zones by name. Written down, because without an account CDK cannot look them up and would take only two.',
    ),
  natGateways: wholeNumber(1, 3).describe(
    'Ways out to the internet. One is cheapest; one per zone survives the loss of a zone.',
  ),
});

/** Zones must be the region's own, differ, be usable by MSK, and be no fewer than the NAT gateways. */
export function checkZones(
  region: string,
  { availabilityZones, natGateways }: z.infer<typeof network>,
  context: z.RefinementCtx,
): void {
  availabilityZones.forEach((zone, i) => {
    const path = ['network', 'availabilityZones', i];
    if (!zone.startsWith(region) || !/^[a-z]$/.test(zone.slice(region.length))) {
      refuse(context, path, `must be a zone of ${region}, such as ${region}a`);
    } else if (zone === 'us-east-1e') {
      refuse(context, path, 'must not be us-east-1e, which MSK does not serve');
    } else if (availabilityZones.indexOf(zone) !== i) {
      refuse(context, path, 'must not be named twice');
    }
  });
  if (natGateways > availabilityZones.length) {
    refuse(context, ['network', 'natGateways'], `must be at most the number of zones, ${availabilityZones.length}`);
  }
}
