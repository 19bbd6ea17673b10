import type { EnvironmentNow } from '@pipeline/local/serving/contract';

/** A command that asks the API for one answer, signed where it wants that. */
export function signedCurl({ apiUrl, region, auth }: Pick<EnvironmentNow, 'apiUrl' | 'region' | 'auth'>): string {
  const url = `"${apiUrl}views/top_category_by_year?layer=serving"`;
  if (auth === 'none') return `curl -s ${url}`;
  return [
    `curl -s --aws-sigv4 aws:amz:${region}:execute-api --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"`,
    `  -H "x-amz-security-token: $AWS_SESSION_TOKEN" ${url}`,
  ].join(' \\\n');
}
