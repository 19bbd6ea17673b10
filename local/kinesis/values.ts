/** An instant in an answer: in JSON a number of seconds with milliseconds behind the point, in CBOR tag 1 over milliseconds. */
export class Instant {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  toJSON(): number {
    return this.ms / 1000;
  }
}

/** Bytes in an answer: base64 in JSON, a byte string in CBOR. */
export class Blob {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  toJSON(): string {
    return this.bytes.toString('base64');
  }
}
