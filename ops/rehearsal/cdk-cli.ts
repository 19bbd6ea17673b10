import { type Ended, type RunOptions, runToEnd, type Scratch, sealedEnvironment } from './processes';

export interface CdkCliOptions {
  readonly scratch: Scratch;
  /** Address of the engine. */
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  /** Longest that one command may take. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** The project's own CDK CLI, sent to the engine instead of AWS. */
export class CdkCli {
  private readonly environment: NodeJS.ProcessEnv;
  private readonly program = require.resolve('aws-cdk/bin/cdk');

  constructor(private readonly options: CdkCliOptions) {
    const { scratch, endpoint, region, account } = options;
    this.environment = sealedEnvironment(scratch, {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_S3: endpoint,
      // Twelve digits are the account that these keys belong to.
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: 'rehearsal',
      AWS_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
      CI: 'true',
      CDK_DISABLE_VERSION_CHECK: '1',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    });
  }

  bootstrap(): Promise<Ended> {
    return this.run(['bootstrap', `aws://${this.options.account}/${this.options.region}`]);
  }

  /** Deploys all stacks, independent ones side by side, as `npm run deploy` does. */
  deploy(folder: string): Promise<Ended> {
    return this.deployWith(folder, ['--all', '--concurrency', '4', '--require-approval', 'never']);
  }

  /** Deploys as these arguments say. */
  deployWith(folder: string, args: readonly string[]): Promise<Ended> {
    return this.run(['deploy', '--app', folder, '--progress', 'events', '--no-validation', ...args]);
  }

  /** Ends with 1 when a deployment would change anything. */
  diff(folder: string): Promise<Ended> {
    return this.run(['diff', '--all', '--fail', '--app', folder]);
  }

  /** Destroys these stacks and no others. */
  destroy(folder: string, stacks: readonly string[]): Promise<Ended> {
    return this.run(['destroy', ...stacks, '--exclusively', '--force', '--concurrency', '4', '--app', folder]);
  }

  private run(argv: readonly string[]): Promise<Ended> {
    const { scratch, limitMs, signal } = this.options;
    const options: RunOptions = { cwd: scratch.temporary, env: this.environment, limitMs, signal };
    return runToEnd(process.execPath, [this.program, ...argv, '--no-notices'], options);
  }
}
