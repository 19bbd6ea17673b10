import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { removalOf } from './removal';

export interface DataLakeProps {
  /** Name of the topics' bucket. @default - CloudFormation picks one */
  readonly bucketName?: string;
  /** Whether deleting the stack deletes the buckets and all of their objects. */
  readonly destroyData: boolean;
}

/** Folder of an engine's tables and checkpoints in the topics' bucket. Two engines never write one table. */
export type TablesFolder = 'databricks' | 'spark';
/** Folder of the answers in the topics' bucket. */
export const VIEWS_FOLDER = 'views';

/** Buckets of the pipeline: topics as files, artefacts of its programs, and the access logs of both. */
export class DataLake extends Construct {
  /** Takes the topics' files, `topics/<topic>/partition=<n>/…`. */
  readonly topics: s3.Bucket;
  /** Takes the files of the pipeline's programs: connector plugin, Kafka tools, job code. */
  readonly artefacts: s3.Bucket;
  /** Takes access logs, of the other buckets and of load balancers. */
  readonly accessLogs: s3.Bucket;
  readonly key: kms.Key;

  constructor(scope: Construct, id: string, props: DataLakeProps) {
    super(scope, id);
    const removalPolicy = removalOf(props.destroyData);
    const fate = { removalPolicy, autoDeleteObjects: removalPolicy === RemovalPolicy.DESTROY };

    this.key = new kms.Key(this, 'Key', {
      description: 'Encrypts the pipeline buckets',
      enableKeyRotation: true,
      removalPolicy,
    });
    this.accessLogs = new s3.Bucket(this, 'AccessLogs', {
      // Load balancers cannot deliver logs to a bucket with a key of our own.
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      lifecycleRules: [{ expiration: Duration.days(90) }],
      ...fate,
    });
    this.accessLogs.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [this.accessLogs.arnForObjects('s3/*')],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    this.topics = this.bucket('Topics', { bucketName: props.bucketName, ...fate });
    this.artefacts = this.bucket('Artefacts', fate);
  }

  /** Lets `grantee` list and read the topics' files, and decrypt them. */
  grantReadTopics(grantee: iam.IGrantable): iam.Grant {
    return this.grantOnTopics(grantee, ['s3:GetObject'], ['kms:Decrypt']);
  }

  /** Lets `grantee` write the topics' files as the S3 sink does: upload in parts, and look up existing files. */
  grantWriteTopics(grantee: iam.IGrantable): iam.Grant {
    const actions = ['s3:AbortMultipartUpload', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject'];
    return this.grantOnTopics(grantee, actions, ['kms:Decrypt', 'kms:GenerateDataKey']);
  }

  /** Lets `grantee` keep tables and checkpoints under `folder`, beside the topics: one folder for each engine. */
  grantKeepTables(grantee: iam.IGrantable, folder: TablesFolder): iam.Grant {
    return this.grantKeep(grantee, folder);
  }

  /** Lets `grantee` write the answers under `views/`, which the API serves, and look up existing answers. */
  grantKeepViews(grantee: iam.IGrantable): iam.Grant {
    return this.grantKeep(grantee, VIEWS_FOLDER);
  }

  /** Lets `grantee` read the answers under `views/`, but not list them: `grantee` cannot find out whether a file exists. */
  grantReadViews(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['s3:GetObject'],
      resourceArns: [this.topics.arnForObjects(`${VIEWS_FOLDER}/*`)],
    }).combine(this.grantDecryptThroughS3(grantee));
  }

  /** Lets `grantee` read artefacts under `folder`. */
  grantReadArtefacts(grantee: iam.IGrantable, folder: string): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['s3:GetObject'],
      resourceArns: [this.artefacts.arnForObjects(`${folder}/*`)],
    }).combine(this.key.grant(grantee, 'kms:Decrypt'));
  }

  /** Lets `grantee` put, look up and delete artefacts under `folder`. */
  grantStageArtefacts(grantee: iam.IGrantable, folder: string): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'],
      resourceArns: [this.artefacts.arnForObjects(`${folder}/*`)],
    })
      .combine(
        // Without the right to list, S3 answers 403, not 404, for an object that does not exist.
        iam.Grant.addToPrincipal({
          grantee,
          actions: ['s3:ListBucket'],
          resourceArns: [this.artefacts.bucketArn],
        }),
      )
      .combine(this.key.grant(grantee, 'kms:Decrypt', 'kms:GenerateDataKey'));
  }

  private grantKeep(grantee: iam.IGrantable, folder: string): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: [
        's3:AbortMultipartUpload',
        's3:DeleteObject',
        's3:GetObject',
        's3:ListMultipartUploadParts',
        's3:PutObject',
      ],
      resourceArns: [this.topics.arnForObjects(`${folder}/*`)],
    }).combine(this.key.grant(grantee, 'kms:Decrypt', 'kms:GenerateDataKey'));
  }

  private grantDecryptThroughS3(grantee: iam.IGrantable): iam.Grant {
    const service = `s3.${Stack.of(this).region}.amazonaws.com`;
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['kms:Decrypt'],
      resourceArns: [this.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': service } },
    });
  }

  private grantOnTopics(grantee: iam.IGrantable, objectActions: string[], keyActions: string[]): iam.Grant {
    const onBucket = ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'];
    return iam.Grant.addToPrincipal({ grantee, actions: onBucket, resourceArns: [this.topics.bucketArn] })
      .combine(
        iam.Grant.addToPrincipal({
          grantee,
          actions: objectActions,
          resourceArns: [this.topics.arnForObjects('topics/*')],
        }),
      )
      .combine(this.key.grant(grantee, ...keyActions));
  }

  private bucket(id: string, props: s3.BucketProps): s3.Bucket {
    return new s3.Bucket(this, id, {
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      enforceSSL: true,
      versioned: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      serverAccessLogsBucket: this.accessLogs,
      serverAccessLogsPrefix: `s3/${id.toLowerCase()}/`,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(7), noncurrentVersionExpiration: Duration.days(30) },
      ],
      ...props,
    });
  }
}
