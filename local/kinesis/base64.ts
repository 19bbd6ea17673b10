const FOREIGN_CHARACTER = /[^A-Za-z0-9+/=]|=(?=[^=])/;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The text is not base64; `message` says why in AWS's words. */
export class Base64Error extends Error {
  override readonly name = 'Base64Error';
}

/**
 * Decodes base64 as strictly as AWS: whole groups of four, no blanks, no URL-safe alphabet, no unused bits set in the last character.
 *
 * Node's decoder skips wrong characters, so the length shows them. It reads '-' and '_' as '+' and '/', so those are checked apart.
 */
export function decodeBase64(text: string): Buffer {
  const length = text.length;
  if (length % 4 !== 0) {
    throw new Base64Error(`Base64 encoded length is expected a multiple of 4 bytes but found: ${length}`);
  }
  const padding = length === 0 || text[length - 1] !== '=' ? 0 : text[length - 2] === '=' ? 2 : 1;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== (length / 4) * 3 - padding || text.includes('-') || text.includes('_')) {
    throw new Base64Error(`Invalid Base64 character: '${FOREIGN_CHARACTER.exec(text)?.[0] ?? '='}'`);
  }
  if (padding > 0) {
    const unusedBits = padding === 2 ? 0b1111 : 0b11;
    // 'dectected' is AWS's spelling.
    if ((ALPHABET.indexOf(text[length - 1 - padding]!) & unusedBits) !== 0) {
      throw new Base64Error('Invalid last non-pad Base64 character dectected');
    }
  }
  return bytes;
}
