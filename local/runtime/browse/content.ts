import { isUtf8 } from 'node:buffer';
import type { Content } from '../../serving/contract';

/** What a page shows of one record at once, in bytes. */
export const SHOWN_BYTES = 65_536;

/** Bytes for a page: text where they are UTF-8, else base64; cut behind a whole character. */
export function contentOf(bytes: Buffer | string, most = SHOWN_BYTES): Content {
  const all = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
  const cut = all.length > most;
  const encoding = isUtf8(all) ? 'utf8' : 'base64';
  const shown = cut ? all.subarray(0, encoding === 'utf8' ? wholeCharacters(all, most) : most - (most % 3)) : all;
  return { text: shown.toString(encoding), bytes: all.length, cut, encoding };
}

/** The greatest length up to `most` that cuts no character of UTF-8. */
function wholeCharacters(bytes: Buffer, most: number): number {
  let end = most;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return end;
}
