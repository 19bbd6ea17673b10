/** A part of a text: as it is, or one character that is invisible or changes the direction of the text, such as U+202E. */
export type Part = string | { readonly code: string; readonly name: string };

/** What some of the characters that cannot be seen are called. */
const NAMES: Readonly<Record<number, string>> = {
  0: 'null',
  27: 'escape',
  127: 'delete',
  160: 'no-break space',
  173: 'soft hyphen',
  1564: 'Arabic letter mark',
  8203: 'zero width space',
  8204: 'zero width non-joiner',
  8205: 'zero width joiner',
  8206: 'left-to-right mark',
  8207: 'right-to-left mark',
  8232: 'line separator',
  8233: 'paragraph separator',
  8234: 'left-to-right embedding',
  8235: 'right-to-left embedding',
  8236: 'end of direction',
  8237: 'left-to-right override',
  8238: 'right-to-left override',
  8294: 'left-to-right isolate',
  8295: 'right-to-left isolate',
  8296: 'first strong isolate',
  8297: 'end of isolate',
  65279: 'byte order mark',
};

/**
 * Controls but tab and line feed, marks of direction, spaces without width, lone halves of a character. A joiner behind an emoji or its
 * variation selector is part of a picture, and left alone.
 */
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u00ad\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|(?<!\p{Extended_Pictographic}|\ufe0f|[\u{1f3fb}-\u{1f3ff}])\u200d|\p{Surrogate}/gu;

/** Cuts a text at every character that would not show for what it is. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const { 0: character, index } of text.matchAll(UNSEEN)) {
    if (index > from) parts.push(text.slice(from, index));
    const point = character.codePointAt(0)!;
    const isHalf = point >= 0xd800 && point <= 0xdfff;
    parts.push({
      code: `U+${point.toString(16).toUpperCase().padStart(4, '0')}`,
      name: isHalf ? 'half of a character' : (NAMES[point] ?? 'control character'),
    });
    from = index + character.length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}
