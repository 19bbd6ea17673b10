import { join } from 'node:path';
import type { Names } from '@pipeline/datasets/names';
import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Provider } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from './acknowledge';
import type { DataLake } from './data-lake';
import { jobDefinitions } from './databricks-jobs';
import { PipelineFunction, providerFor } from './pipeline-function';
import type { RecordStreams } from './record-streams';
import { copyFiles, REPOSITORY } from './repository-code';
import { readWorkspaceContent } from './workspace-content';

export interface DatabricksWorkspaceProps {
  readonly userId: string;
  readonly names: Names;
  readonly lake: DataLake;
  readonly streams: RecordStreams;
  /** Address of the workspace, without a path. */
  readonly workspaceUrl: string;
  /** Existing secret with the workspace's credentials. */
  readonly secretName: string;
  readonly sparkVersion: string;
  readonly nodeType: string;
  readonly workers: number;
  readonly streamPaused: boolean;
  /** User or service principal that the jobs run as. @default - the owner of the secret */
  readonly runAs?: string;
  /** Catalog of the tables. @default - the workspace's own */
  readonly catalog?: string;
  /** Folder of external tables. @default - the catalog manages them */
  readonly tablesPath?: string;
  /** Address that Databricks writes to when a run fails. */
  readonly alertEmails: readonly string[];
  /** Days to keep the log of the function that creates the jobs. */
  readonly logRetentionDays: logs.RetentionDays;
  /** Folder with notebooks/ and datasets/. @default - this repository */
  readonly repository?: string;
}

/** Our part of a Databricks workspace: notebooks, definitions, two jobs, and the role their clusters run as. */
export class DatabricksWorkspace extends Construct {
  /** Role of the clusters. The workspace's cross-account role must be allowed to pass it. */
  readonly clusterRole: iam.Role;

  constructor(scope: Construct, id: string, props: DatabricksWorkspaceProps) {
    super(scope, id);
    this.clusterRole = this.createClusterRole(props);
    const profile = new iam.InstanceProfile(this, 'InstanceProfile', { role: this.clusterRole });
    const content = readWorkspaceContent(props.repository);
    const home = `/Workspace/Shared/pinterest/${props.userId}`;
    // The folder's name is a hash: a run reads one version to its end, even while another version is deployed.
    const root = `${home}/${content.hash.slice(0, 12)}`;

    const workspace = new CustomResource(this, 'Workspace', {
      resourceType: 'Custom::DatabricksWorkspace',
      serviceToken: this.createHooks(props, content.files).serviceToken,
      properties: {
        workspaceUrl: props.workspaceUrl,
        secretName: props.secretName,
        home,
        root,
        instanceProfileArn: profile.instanceProfileArn,
        // JSON text, because CloudFormation would turn each number and boolean in it into text.
        jobs: Stack.of(this).toJsonString(Object.values(this.jobsOf(props, root, profile.instanceProfileArn))),
        contentHash: content.hash,
      },
    });
    // The policy comes first: a stream that starts before its role may read fails.
    workspace.node.addDependency(this.clusterRole);
  }

  private jobsOf(props: DatabricksWorkspaceProps, root: string, instanceProfileArn: string) {
    const bucket = `s3://${props.lake.topics.bucketName}`;
    return jobDefinitions({
      userId: props.userId,
      names: props.names,
      root,
      topicsPath: `${bucket}/topics`,
      checkpointsPath: `${bucket}/databricks/checkpoints`,
      viewsPath: `${bucket}/views`,
      tablesPath: props.tablesPath,
      catalog: props.catalog,
      runAs: props.runAs,
      // Two environments may share a workspace.
      schema: `pinterest_${props.userId.replaceAll('-', '_')}`,
      region: Stack.of(this).region,
      streamPaused: props.streamPaused,
      alertEmails: props.alertEmails,
      cluster: {
        sparkVersion: props.sparkVersion,
        nodeType: props.nodeType,
        workers: props.workers,
        instanceProfileArn,
      },
    });
  }

  private createClusterRole({ lake, streams }: DatabricksWorkspaceProps): iam.Role {
    const role = new iam.Role(this, 'ClusterRole', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
    lake.grantReadTopics(role);
    lake.grantKeepTables(role, 'databricks');
    lake.grantKeepViews(role);
    streams.grantRead(role);
    acknowledgeWildcard(role, '/topics/*', 'Files are named for topic, partition and offset');
    acknowledgeWildcard(role, '/databricks/*', 'Delta names the files of its tables and checkpoints itself');
    acknowledgeWildcard(role, '/views/*', 'One object for each question and layer, and none beside them');
    return role;
  }

  private createHooks(props: DatabricksWorkspaceProps, files: readonly string[]): Provider {
    const hooks = new PipelineFunction(this, 'Hooks', {
      source: 'databricks-jobs',
      timeout: Duration.minutes(14),
      logRetentionDays: props.logRetentionDays,
      addFiles: (folder) => copyFiles(files, props.repository ?? REPOSITORY, join(folder, 'workspace')),
    });
    secretsmanager.Secret.fromSecretNameV2(this, 'Credentials', props.secretName).grantRead(hooks);
    return providerFor(this, 'Provider', hooks, props.logRetentionDays);
  }
}
