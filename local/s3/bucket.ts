import { S3Error } from './errors';
import { OwnObjects } from './own-objects';
import { SinkFiles } from './sink-files';
import { compareKeys, type ListedObject, type StoredObject } from './stored-object';
import { Uploads } from './uploads';

export interface BucketOptions {
  readonly name: string;
  /** Folder with the sink's files. */
  readonly sinkFolder: string;
  /** Folder for the objects that a user puts. */
  readonly ownFolder: string;
  /** Users may write only keys that begin with this prefix; ends in '/'. */
  readonly ownPrefix: string;
  /** Whether a PUT is answered only after the object is on the disk. */
  readonly fsync: boolean;
  readonly now: () => number;
}

/** The endpoint's only bucket: the sink's files, which are read-only, and the user's objects under a prefix of their own. */
export class Bucket {
  private constructor(
    readonly options: BucketOptions,
    private readonly sink: SinkFiles,
    readonly own: OwnObjects,
    readonly uploads: Uploads,
    readonly createdMs: number,
  ) {}

  static async open(options: BucketOptions): Promise<Bucket> {
    const own = await OwnObjects.open(options.ownFolder, options);
    const uploads = await Uploads.open(`${options.ownFolder}/uploads`, options);
    return new Bucket(options, new SinkFiles(options.sinkFolder), own, uploads, options.now());
  }

  isOwn(key: string): boolean {
    return key.startsWith(this.options.ownPrefix);
  }

  /** @throws S3Error 403 for a key outside of the user's prefix */
  refuseOthers(key: string): void {
    if (this.isOwn(key)) return;
    const { ownPrefix } = this.options;
    throw new S3Error(
      403,
      'AccessDenied',
      `Access Denied: ${JSON.stringify(key)} is not under ${ownPrefix}; all other keys of this bucket belong to the S3 sink and are read-only; write to ${ownPrefix}…`,
      { fields: { Key: key } },
    );
  }

  /** @throws S3Error 404 for a bucket of another name */
  refuseOtherBucket(name: string): void {
    if (name === this.options.name) return;
    throw new S3Error(
      404,
      'NoSuchBucket',
      `The specified bucket does not exist; this endpoint has one bucket, ${this.options.name}`,
      { fields: { BucketName: name } },
    );
  }

  async find(key: string): Promise<StoredObject | undefined> {
    return this.isOwn(key) ? this.own.find(key) : this.sink.find(key);
  }

  /** Keys that begin with `prefix` and come after `after`, in order. */
  async *keys(prefix: string, after: string): AsyncGenerator<string> {
    const own = this.own.keys(prefix, after);
    let next = own.next();
    for await (const key of this.sink.keys(prefix, after)) {
      if (this.isOwn(key)) continue;
      for (; !next.done && compareKeys(next.value, key) < 0; next = own.next()) yield next.value;
      yield key;
    }
    for (; !next.done; next = own.next()) yield next.value;
  }

  async listed(key: string): Promise<ListedObject | undefined> {
    return this.isOwn(key) ? this.own.find(key) : this.sink.listed(key);
  }
}
