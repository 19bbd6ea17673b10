import { isUtf8 } from 'node:buffer';
import type { Content } from '../../serving/contract';

/** Characters of a value in a list, and bytes of one that is shown by itself. */
export const PREVIEW_LENGTH = 200;
export const DETAIL_LENGTH = 64 * 1024;

/** Bytes as a page shows them: as they are, and only their beginning where they are long. */
export function contentOf(given: Buffer | string, longest = DETAIL_LENGTH): Content {
  const bytes = typeof given === 'string' ? Buffer.from(given, 'utf8') : given;
  const isText = isUtf8(bytes);
  // Four bytes at most make a character, so this is enough and may end in the middle of one.
  const head = bytes.subarray(0, longest * 4);
  const whole = isText ? head.toString('utf8') : head.toString('base64');
  const text = cutAt(whole, longest);
  return {
    text,
    bytes: bytes.length,
    cut: text.length < whole.length || head.length < bytes.length,
    encoding: isText ? 'utf8' : 'base64',
  };
}

export function textContent(text: string, longest: number): Content {
  const head = cutAt(text, longest);
  return { text: head, bytes: Buffer.byteLength(text), cut: head.length < text.length, encoding: 'utf8' };
}

/** The first characters of a text, never half of a surrogate pair. */
function cutAt(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const last = text.charCodeAt(longest - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? longest - 1 : longest);
}
