/**
 * Regions as of 2026-11, from the facts that aws-cdk-lib 2.276.0 ships (a test holds this list to them), with their zones by letter from
 * https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html. A zone that is listed may still be
 * closed to an account; `npm run preflight` asks the account itself.
 */
export const REGIONS: Readonly<Record<string, string>> = {
  'af-south-1': 'abc',
  'ap-east-1': 'abc',
  'ap-east-2': 'abc',
  'ap-northeast-1': 'abcd',
  'ap-northeast-2': 'abcd',
  'ap-northeast-3': 'abc',
  'ap-south-1': 'abc',
  'ap-south-2': 'abc',
  'ap-southeast-1': 'abc',
  'ap-southeast-2': 'abc',
  'ap-southeast-3': 'abc',
  'ap-southeast-4': 'abc',
  'ap-southeast-5': 'abc',
  'ap-southeast-6': 'abc',
  'ap-southeast-7': 'abc',
  'ca-central-1': 'abd',
  'ca-west-1': 'abc',
  'cn-north-1': 'abd',
  'cn-northwest-1': 'abc',
  'eu-central-1': 'abc',
  'eu-central-2': 'abc',
  'eu-isoe-west-1': 'abc',
  'eu-north-1': 'abc',
  'eu-south-1': 'abc',
  'eu-south-2': 'abc',
  'eu-west-1': 'abc',
  'eu-west-2': 'abc',
  'eu-west-3': 'abc',
  'eusc-de-east-1': 'abc',
  'il-central-1': 'abc',
  'me-central-1': 'abc',
  'me-south-1': 'abc',
  'me-west-1': 'abc',
  'mx-central-1': 'abc',
  'sa-east-1': 'abc',
  'us-east-1': 'abcdef',
  'us-east-2': 'abc',
  'us-gov-east-1': 'abc',
  'us-gov-west-1': 'abc',
  'us-iso-east-1': 'abc',
  'us-iso-west-1': 'abc',
  'us-isob-east-1': 'abc',
  'us-isob-west-1': 'abc',
  'us-isof-east-1': 'abc',
  'us-isof-south-1': 'abc',
  'us-west-1': 'abc',
  'us-west-2': 'abcd',
};

/** The zones of a region by name; none for a region that does not exist. */
export function zonesOf(region: string): string[] {
  return [...(REGIONS[region] ?? '')].map((letter) => `${region}${letter}`);
}
