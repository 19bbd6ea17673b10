/** What to do where AWS knows nobody. */
export const LOG_IN = 'aws sso login, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and its companions';

/** There are no credentials of AWS: the same sentence from every command. */
export class NoCredentials extends Error {
  override readonly name = 'NoCredentials';
  readonly exitCode = 2;

  /** @param cause what the SDK said, which had looked in environment, profile, SSO, container and instance */
  constructor(cause: unknown) {
    super(`no AWS credentials (${(cause as Error).message}); ${LOG_IN}`, { cause });
  }
}
