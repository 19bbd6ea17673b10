import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { LOG_IN } from '@pipeline/cli/credentials';
import type { EnvironmentConfig } from '../../config/schema';
import { type AwsClients, findingOf } from './aws-clients';
import { type Finding, fails, ok, skipped } from './finding';

const CHECK = 'credentials';

export interface Account {
  readonly finding: Finding;
  /** The account, where it is one that the environment may be deployed to. */
  readonly id?: string;
}

/** Who the credentials are, and whether their account is the environment's. */
export async function checkAccount({ name, account }: EnvironmentConfig, { sts }: AwsClients): Promise<Account> {
  try {
    const { Account: id, Arn } = await sts.send(new GetCallerIdentityCommand({}));
    if (account === undefined) return { finding: ok(CHECK, `${Arn}; config/${name}.yaml names no account`), id };
    if (account === id) return { finding: ok(CHECK, `${Arn}, in the account of config/${name}.yaml`), id };
    return {
      finding: fails(
        CHECK,
        `${Arn} is in account ${id}, and config/${name}.yaml says ${account}`,
        `use credentials of ${account} (AWS_PROFILE), or change account in the file`,
      ),
    };
  } catch (error) {
    return { finding: refusal(error) };
  }
}

function refusal(error: unknown): Finding {
  const { name, message } = error as Error;
  if (name === 'CredentialsProviderError' && /^Could not load credentials from any/.test(message)) {
    return skipped(CHECK, 'none found, so nothing in AWS was looked at', LOG_IN);
  }
  // The provider's own message may name files and profiles; it holds no key.
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') return fails(CHECK, message, LOG_IN);
  if (/Expired|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClient|IncompleteSignature/.test(name)) {
    return fails(
      CHECK,
      `AWS refuses them: ${name}`,
      `${LOG_IN}; for SignatureDoesNotMatch look at this machine's clock too`,
    );
  }
  return findingOf(CHECK, 'sts:GetCallerIdentity', error);
}
