import { appendFileSync, existsSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join, sep } from 'node:path';

interface Listed {
  /** Key in the bucket. */
  readonly file: string;
  readonly bytes: number;
}

/** A file of the sink is gone or not what it was, and the records in it are nowhere else; the message says which and what to do. */
export class SinkFilesError extends Error {
  override readonly name = 'SinkFilesError';
}

/** The files that the sink has closed, with their sizes, one line each: what tells one that was removed or cut from one that never was. */
export class FileList {
  /** @param path of the list; made with the first file */
  constructor(private readonly path: string) {
    this.dropHalfLine();
  }

  /** Notes a file that is complete and in its place. Where the disk is full it is left out: the list looks after one file less. */
  add({ file, bytes }: Listed): void {
    try {
      appendFileSync(this.path, `${JSON.stringify({ file: file.split(sep).join('/'), bytes })}\n`);
    } catch {
      this.dropHalfLine();
    }
  }

  /**
   * Looks whether every file of the list is in the bucket as it was.
   *
   * @throws SinkFilesError that names the first one which is not
   */
  check(bucket: string): void {
    const wrong = this.listed().flatMap(({ file, bytes }) => {
      const size = statSync(join(bucket, file), { throwIfNoEntry: false })?.size;
      return size === bytes ? [] : [{ file, bytes, size }];
    });
    const [first] = wrong;
    if (!first) return;
    const path = join(bucket, first.file);
    const what = first.size === undefined ? 'is gone' : `has ${first.size} bytes instead of ${first.bytes}`;
    const others = wrong.length === 1 ? '' : `, and ${wrong.length - 1} more files of the sink are gone or changed`;
    throw new SinkFilesError(
      `${path} ${what}${others}, with the records in ${wrong.length === 1 ? 'it' : 'them'}; put ${wrong.length === 1 ? 'it' : 'them'} back, or --reset to begin anew`,
    );
  }

  private listed(): Listed[] {
    if (!existsSync(this.path)) return [];
    const lines = readFileSync(this.path, 'utf8').split('\n').filter(Boolean);
    // A file that was written again after a crash stands in the list again.
    return [...new Map(lines.map((line) => JSON.parse(line) as Listed).map((each) => [each.file, each])).values()];
  }

  /** A process that ended in the middle of a line leaves half of one. */
  private dropHalfLine(): void {
    if (!existsSync(this.path)) return;
    const text = readFileSync(this.path);
    const whole = text.lastIndexOf(0x0a) + 1;
    if (whole < text.length) truncateSync(this.path, whole);
  }
}
