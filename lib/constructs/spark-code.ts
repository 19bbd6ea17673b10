import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import type { Wheel } from '../../config/wheels';
import { acknowledgeWildcard } from './acknowledge';
import type { DataLake } from './data-lake';
import { FileStaging } from './file-staging';
import { type CodeFolder, copyFiles, REPOSITORY, readCode } from './repository-code';
import { CONTENT } from './workspace-content';

export interface SparkCodeProps {
  /** Its bucket for artefacts takes the wheels. */
  readonly lake: DataLake;
  /** Packages of Python, for the workers' processor. */
  readonly wheels: readonly Wheel[];
  /** Days to keep the log of the function that fetches the wheels. */
  readonly logRetentionDays: logs.RetentionDays;
}

/** The repository's files for a run on EMR: notebooks, the runner, their functions, and the definitions they read. */
const CODE: readonly CodeFolder[] = [...CONTENT, ['notebooks', /^\w+\/.+\.py$/]];
/** Path of the entry point, in the repository and on the workers. */
const ENTRY = 'notebooks/runner/emr.py';

/** An archive that EMR unpacks in the working folder of each driver and executor. */
export interface Archive {
  readonly url: string;
  /** Name of the folder for its content, in the working folder. */
  readonly folder: string;
}

/** The code of the runs, and the packages it imports: pinned, digested, and unpacked on every worker. */
export class SparkCode extends Construct {
  /** Address of the program that a run starts with. */
  readonly entryPoint: string;
  readonly archives: readonly Archive[];
  /** Folders for PYTHONPATH, from the working folder of a worker. */
  readonly pythonPath: readonly string[];
  private readonly assets: readonly Asset[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: SparkCodeProps,
  ) {
    super(scope, id);
    const code = this.createCodeAsset();
    const entry = new Asset(this, 'Entry', { path: join(REPOSITORY, ENTRY) });
    this.assets = [code, entry];
    this.entryPoint = entry.s3ObjectUrl;
    const wheels = this.stageWheels(props);
    this.archives = [{ url: code.s3ObjectUrl, folder: 'pipeline' }, ...wheels];
    this.pythonPath = ['./pipeline/notebooks', ...wheels.map(({ folder }) => `./${folder}`)];
  }

  /** Lets `grantee` read every archive and the entry point. */
  grantRead(grantee: iam.IGrantable): void {
    for (const { bucket, s3ObjectKey } of this.assets) {
      iam.Grant.addToPrincipal({
        grantee,
        actions: ['s3:GetObject'],
        resourceArns: [bucket.arnForObjects(s3ObjectKey)],
      });
    }
    this.props.lake.grantReadArtefacts(grantee, WHEELS);
  }

  private createCodeAsset(): Asset {
    const { files, hash } = readCode(CODE, REPOSITORY);
    return new Asset(this, 'Code', {
      path: join(REPOSITORY, 'notebooks'),
      assetHash: hash,
      assetHashType: AssetHashType.CUSTOM,
      bundling: {
        // Not used: the files are copied unchanged.
        image: DockerImage.fromRegistry('scratch'),
        local: {
          tryBundle: (outputFolder) => {
            copyFiles(files, REPOSITORY, outputFolder);
            return true;
          },
        },
      },
    });
  }

  /** A wheel is a zip file, but EMR unpacks only files whose names end in `.zip`. */
  private stageWheels({ lake, wheels, logRetentionDays }: SparkCodeProps): Archive[] {
    const staging = new FileStaging(this, 'Wheels', { lake, folder: WHEELS, logRetentionDays });
    return wheels.map(({ name, ...wheel }) => {
      const { resource } = staging.add(name, name, '.zip', wheel);
      // The resource's id is the file's key, so a run's definition depends on the upload of its files.
      return { url: `s3://${lake.artefacts.bucketName}/${resource.ref}`, folder: `wheel-${name}` };
    });
  }
}

const WHEELS = 'wheels';

/** Accepts that `role` may read all wheels. */
export function acknowledgeWheels(role: iam.IRole): void {
  acknowledgeWildcard(role, `/${WHEELS}/*`, 'The packages are public, named for their versions, and change with them');
}
