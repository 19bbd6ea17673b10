import { CustomResource, Duration } from 'aws-cdk-lib';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Artefact } from '../../config/artefacts';
import { acknowledgeWildcard } from './acknowledge';
import type { DataLake } from './data-lake';
import { PipelineFunction, providerFor } from './pipeline-function';

export interface FileStagingProps {
  /** Its bucket for artefacts keeps the files. */
  readonly lake: DataLake;
  /** Folder in the bucket. */
  readonly folder: string;
  /** Days to keep the log of the function that fetches the files. */
  readonly logRetentionDays: logs.RetentionDays;
}

/** A downloaded file in our bucket. */
export interface StagedFile {
  readonly key: string;
  /** `s3://<bucket>/<key>` */
  readonly url: string;
  /** The resource that readers of the file must depend on. */
  readonly resource: CustomResource;
}

/** Downloads files into the artefacts bucket while a stack is deployed, and checks them against their pinned digests. */
export class FileStaging extends Construct {
  private readonly serviceToken: string;
  private readonly props: FileStagingProps;

  constructor(scope: Construct, id: string, props: FileStagingProps) {
    super(scope, id);
    this.props = props;
    const { lake, folder, logRetentionDays } = props;
    const fetcher = new PipelineFunction(this, 'Stage', {
      source: 'file-staging',
      timeout: Duration.minutes(14),
      logRetentionDays,
    });
    lake.grantStageArtefacts(fetcher, folder);
    acknowledgeWildcard(
      fetcher.role!,
      `/${folder}/*`,
      'The file is named for its version, and the one before it is deleted',
    );
    this.serviceToken = providerFor(this, 'Provider', fetcher, logRetentionDays).serviceToken;
  }

  /** Adds one file. Its name contains version and digest, so another version is another file. */
  add(id: string, name: string, ending: string, artefact: Artefact): StagedFile {
    const { lake, folder } = this.props;
    const key = `${folder}/${name}-${artefact.version}-${shortDigest(artefact)}${ending}`;
    const resource = new CustomResource(this, id, {
      resourceType: 'Custom::StagedFile',
      serviceToken: this.serviceToken,
      properties: { bucket: lake.artefacts.bucketName, key, url: artefact.url, sha256: artefact.sha256 ?? '' },
    });
    return { key, url: `s3://${lake.artefacts.bucketName}/${key}`, resource };
  }
}

/** The first eight digits of the pinned digest. */
export function shortDigest({ sha256 }: Artefact): string {
  return sha256?.slice(0, 8) ?? 'unpinned';
}
