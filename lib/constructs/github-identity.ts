import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Repository } from '../../config/repository';

const HOST = 'token.actions.githubusercontent.com';

export interface GithubIdentityProps {
  /** The only repository whose workflows may take roles. */
  readonly repository: Repository;
  /** Whether the account already has GitHub's identity provider; it can have only one. @default false */
  readonly providerExists?: boolean;
}

/** Lets the account trust GitHub's statement about which workflow is running, so that no AWS key is stored. */
export class GithubIdentity extends Construct {
  private readonly providerArn: string;
  private readonly repository: Repository;

  constructor(scope: Construct, id: string, { repository, providerExists }: GithubIdentityProps) {
    super(scope, id);
    this.repository = repository;
    this.providerArn = providerExists ? this.arnOfExisting() : this.createProvider();
  }

  /** Only the jobs that run in the GitHub environment of this name. */
  jobsOfEnvironment(name: string): iam.IPrincipal {
    return this.jobsWith(`environment:${name}`);
  }

  /** Jobs that a pull request starts, outside any GitHub environment. Forks are excluded: they get no token. */
  jobsOfPullRequests(): iam.IPrincipal {
    return this.jobsWith('pull_request');
  }

  private jobsWith(claim: string): iam.IPrincipal {
    const { owner, name, ids } = this.repository;
    // Repositories created or moved after 2026-07-15 send the second form, older ones the first.
    const subjects = [`repo:${owner}/${name}:${claim}`];
    if (ids) subjects.push(`repo:${owner}@${ids.owner}/${name}@${ids.repository}:${claim}`);
    return new iam.WebIdentityPrincipal(this.providerArn, {
      StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com', [`${HOST}:sub`]: subjects },
    });
  }

  private createProvider(): string {
    const provider = new iam.OidcProviderNative(this, 'Provider', {
      url: `https://${HOST}`,
      clientIds: ['sts.amazonaws.com'],
      // Other environments of the account use the same provider.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    return provider.oidcProviderArn;
  }

  private arnOfExisting(): string {
    return Stack.of(this).formatArn({ service: 'iam', region: '', resource: 'oidc-provider', resourceName: HOST });
  }
}
