import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One line of a file: which record it is, and the key in its value. */
export interface Line {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
}

/** The sink's files. A file that is known and has not changed is not read again. */
export class SinkFiles {
  private readonly known = new Map<string, readonly Line[]>();

  constructor(private readonly bucket: string) {}

  /** All lines of a topic's files by partition and offset. @throws Error naming the file whose text is not whole */
  linesOf(topic: string): Line[] {
    const folder = join(this.bucket, 'topics', topic);
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap((entry) => this.linesIn(join(entry.parentPath, entry.name)))
      .sort((a, b) => a.partition - b.partition || a.offset - b.offset);
  }

  /** Number of files, in any topic. */
  count(): number {
    const folder = join(this.bucket, 'topics');
    if (!existsSync(folder)) return 0;
    return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
  }

  private linesIn(path: string): readonly Line[] {
    const { size, mtimeMs } = statSync(path);
    const name = `${path} ${size} ${mtimeMs}`;
    const known = this.known.get(name);
    if (known) return known;
    const lines = readFileSync(path, 'utf8').split('\n');
    if (lines.pop() !== '') throw new Error(`${path} ends in mid-line`);
    const parsed = lines.map((line, index): Line => {
      try {
        const value = JSON.parse(line) as {
          kafka_partition: number;
          kafka_offset: number;
          index?: number;
          ind?: number;
        };
        return { partition: value.kafka_partition, offset: value.kafka_offset, key: String(value.index ?? value.ind) };
      } catch (cause) {
        throw new Error(`${path} line ${index + 1} is no JSON: ${line.slice(0, 80)}`, { cause });
      }
    });
    this.known.set(name, parsed);
    return parsed;
  }
}
