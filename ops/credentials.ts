import { STSClient } from '@aws-sdk/client-sts';
import { ConfigError } from '../config/load';

// The SDK would warn of a Node that this project still takes, before whatever is said here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** Longest that credentials are looked for. The CDK CLI looks for a minute and more where there are none. */
const LIMIT_MS = 2_000;

/**
 * Says at once that there are no credentials, before anything that needs them begins.
 *
 * @throws ConfigError with what to do
 */
export async function refuseWithoutCredentials(region: string, limitMs = LIMIT_MS): Promise<void> {
  const client = new STSClient({ region, maxAttempts: 1 });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('nobody answered')), limitMs);
  });
  try {
    await Promise.race([client.config.credentials(), late]);
  } catch (error) {
    throw new ConfigError(
      `no AWS credentials (${(error as Error).message}); aws sso login, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and its companions`,
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
    client.destroy();
  }
}
