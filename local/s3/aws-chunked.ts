import { Transform, type TransformCallback } from 'node:stream';
import { S3Error } from './errors';

/** Longest line of a chunk's head or of a trailer, in characters. A signature takes 100. */
const LONGEST_LINE = 4096;
const MOST_TRAILERS = 16;

/**
 * Takes the `aws-chunked` coding off a body: each chunk with its length before it, then trailers. The signatures of chunks are not
 * checked, nor are those of requests.
 */
export class AwsChunked extends Transform {
  /** The trailers after the last chunk, by name in lower case. */
  readonly trailers: Record<string, string> = {};
  private state: 'head' | 'data' | 'data-end' | 'trailer' | 'done' = 'head';
  private left = 0;
  private line = '';

  override _transform(bytes: Buffer, _encoding: string, done: TransformCallback): void {
    try {
      this.decode(bytes);
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    // Some clients leave out the last empty line.
    const isWhole = this.state === 'done' || (this.state === 'trailer' && this.line === '');
    done(isWhole ? null : incomplete());
  }

  private decode(bytes: Buffer): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.state === 'done') throw malformed();
      if (this.state === 'data') {
        const end = Math.min(bytes.length, at + this.left);
        this.push(bytes.subarray(at, end));
        this.left -= end - at;
        at = end;
        if (this.left === 0) this.state = 'data-end';
        continue;
      }
      const feed = bytes.indexOf(0x0a, at);
      const end = feed < 0 ? bytes.length : feed + 1;
      this.line += bytes.toString('latin1', at, end);
      at = end;
      if (this.line.length > LONGEST_LINE) throw malformed();
      if (feed < 0) return;
      const line = this.line.replace(/\r?\n$/, '');
      this.line = '';
      this.decodeLine(line);
    }
  }

  private decodeLine(line: string): void {
    if (this.state === 'data-end') {
      if (line !== '') throw malformed();
      this.state = 'head';
    } else if (this.state === 'head') {
      const size = /^([0-9a-fA-F]{1,12})(?:;.*)?$/.exec(line)?.[1];
      if (size === undefined) throw malformed();
      this.left = Number.parseInt(size, 16);
      this.state = this.left === 0 ? 'trailer' : 'data';
    } else if (line === '') this.state = 'done';
    else {
      const [, name, value] = /^([\w-]+):(.*)$/.exec(line) ?? [];
      if (name === undefined || Object.keys(this.trailers).length >= MOST_TRAILERS) throw malformed();
      this.trailers[name.toLowerCase()] = value!.trim();
    }
  }
}

const malformed = () =>
  new S3Error(
    400,
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  );

export const incomplete = () => new S3Error(400, 'IncompleteBody', 'The request body terminated unexpectedly');
