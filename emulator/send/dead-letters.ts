import { closeSync, constants, fstatSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Dataset, Layer } from '@pipeline/datasets/schema';

/** A record that could not be delivered, as it stands in the dead-letter file: one JSON object a line. */
export interface DeadLetter {
  readonly layer: Layer;
  readonly dataset: Dataset;
  readonly key: string;
  /** The row, as JSON text. */
  readonly valueJson: string;
  readonly reason: string;
  /** Times it was sent. */
  readonly attempts: number;
  /** When it was given up, ISO 8601. */
  readonly at: string;
}

/** Appends dead letters to an NDJSON file. Writes reach the operating system before `append` returns. */
export class DeadLetterFile {
  private readonly fd: number;
  private length: number;

  /**
   * Opens `file` to append. With `keepBytes`, cuts it to that length first: what follows belongs to posts that a resumed replay
   * sends again.
   */
  constructor(file: string, keepBytes: number | undefined) {
    mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
    // Not 'a': Windows refuses to cut a file that is open for appending alone. One process writes here, at the place it knows.
    this.fd = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o666);
    const size = fstatSync(this.fd).size;
    this.length = keepBytes ?? size;
    if (size < this.length) {
      closeSync(this.fd);
      throw new Error(
        `${file} holds ${size} bytes, but the checkpoint counts ${keepBytes}; put the file back, or start anew`,
      );
    }
    ftruncateSync(this.fd, this.length);
  }

  /** Bytes written so far. */
  get bytes(): number {
    return this.length;
  }

  append(letters: readonly DeadLetter[]): void {
    const text = Buffer.from(letters.map(line).join(''), 'utf8');
    for (let written = 0; written < text.length; ) {
      written += writeSync(this.fd, text, written, text.length - written, this.length + written);
    }
    this.length += text.length;
  }

  close(): void {
    closeSync(this.fd);
  }
}

function line({ layer, dataset, key, valueJson, reason, attempts, at }: DeadLetter): string {
  const rest = JSON.stringify({ layer, dataset, key, reason, attempts, at });
  return `${rest.slice(0, -1)},"value":${valueJson}}\n`;
}
