import { STSClient } from '@aws-sdk/client-sts';
import { NoCredentials } from '@pipeline/cli/credentials';

// The SDK would warn of a Node that this project still takes, before whatever is said here.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** Longest that credentials are looked for. The CDK CLI looks for a minute and more where there are none. */
const LIMIT_MS = 2_000;

/**
 * Says at once that there are no credentials, before anything that needs them begins.
 *
 * @throws NoCredentials with what to do
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
    throw new NoCredentials(error);
  } finally {
    clearTimeout(timer);
    client.destroy();
  }
}
