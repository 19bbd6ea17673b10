/** Pieces longer than this are encoded at once: joining long strings first costs more. */
const LONG = 256;
const LARGEST_KEPT = 1 << 22;

/** Buffer of the current rendering. Rendering is synchronous, so two renderings never use it at once. */
let scratch = Buffer.allocUnsafe(1 << 16);

/** The output of a template. */
export class Output {
  /** The last printed text, not encoded yet. */
  private text = '';
  private encoded = 0;

  add(piece: string): void {
    // Half a surrogate pair must wait for its other half.
    if (piece.length <= LONG || endsInHalf(this.text) || endsInHalf(piece)) {
      this.text += piece;
    } else {
      this.encode(this.text);
      this.text = '';
      this.encode(piece);
    }
  }

  /** All of it in UTF-8. */
  toBuffer(): Buffer {
    if (this.encoded === 0) return Buffer.from(this.text, 'utf8');
    this.encode(this.text);
    const bytes = Buffer.from(scratch.subarray(0, this.encoded));
    if (scratch.length > LARGEST_KEPT) scratch = Buffer.allocUnsafe(1 << 16);
    return bytes;
  }

  private encode(text: string): void {
    // A character of a string takes three bytes at most.
    const needed = this.encoded + text.length * 3;
    if (needed > scratch.length) {
      const wider = Buffer.allocUnsafe(needed * 2);
      scratch.copy(wider, 0, 0, this.encoded);
      scratch = wider;
    }
    this.encoded += scratch.write(text, this.encoded, 'utf8');
  }
}

function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}
