import type { Random } from './random';
import * as phrases from './words/phrases';
import { TOPICS } from './words/topics';

const LONGEST_TITLE = 199;
const LONGEST_DESCRIPTION = 180;

/** Step widths that visit all of a category's 15 tags before a tag is repeated. */
const TAG_STEPS = [1, 2, 4, 7, 8, 11, 13, 14];

/** A title of 4 to 199 characters, a ninth of them not ASCII. */
export function drawTitle(random: Random, category: number): string {
  const shape = random.below(1000);
  if (shape < 8) return random.pick(phrases.SHORT_TITLES);
  const { things } = topicOf(category);
  let title = `${random.pick(phrases.TITLE_OPENERS)} ${random.pick(things)}`;
  if (shape < 30) while (title.length < 150) title += `, ${random.pick(things)}`;
  else if (shape < 700) title += random.pick(phrases.TITLE_CLOSERS);
  if (random.oneIn(107, 1000)) title += random.pick(phrases.TITLE_FLOURISHES);
  title = cut(title, LONGEST_TITLE - 1);
  return random.oneIn(5, 1000) ? `${title} ` : title;
}

/**
 * A description of 4 to 180 characters. Of 1000, 402 are cut off and end in an ellipsis and a no-break space, as the
 * scraper leaves them.
 */
export function drawDescription(random: Random, category: number): string {
  const shape = random.below(1000);
  if (shape < 20) return random.pick(phrases.SHORT_DESCRIPTIONS);
  const isCut = shape < 422;
  const length = isCut ? LONGEST_DESCRIPTION : 30 + random.below(115);
  const { things } = topicOf(category);
  let text = random.oneIn(1, 2) ? random.pick(phrases.OPENING_SENTENCES) : `${random.pick(things)}, with love.`;
  if (random.oneIn(150, 1000)) text += random.pick(phrases.DESCRIPTION_FLOURISHES);
  for (let at = random.below(12); text.length < length; at++) {
    text += phrases.MIDDLE_SENTENCES[at % phrases.MIDDLE_SENTENCES.length];
  }
  if (isCut) return `${cut(text, LONGEST_DESCRIPTION - 2 - random.below(36))}…\u00a0`;
  const closing = random.pick(phrases.CLOSING_SENTENCES);
  return text.length + closing.length > LONGEST_DESCRIPTION ? cut(text, LONGEST_DESCRIPTION) : text + closing;
}

/** Nine different tags joined by commas without blanks; once in 900 posts only eight. */
export function drawTags(random: Random, category: number): string {
  const { tags } = topicOf(category);
  const count = random.oneIn(1, 900) ? 8 : 9;
  const step = random.pick(TAG_STEPS);
  let at = random.below(tags.length);
  let joined = tags[at] as string;
  for (let i = 1; i < count; i++) {
    at = (at + step) % tags.length;
    joined += `,${tags[at]}`;
  }
  return joined;
}

function topicOf(category: number): (typeof TOPICS)[number] {
  return TOPICS[category] as (typeof TOPICS)[number];
}

/** At most `length` UTF-16 units, one fewer where that would split a character in two. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
}
