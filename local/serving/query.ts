import { Problem } from './problem';

/** Text of a query, or of a path, as a whole number from `least` to `most`. @throws Problem 400 */
export function wholeNumber(
  name: string,
  text: string | undefined,
  { otherwise, least = 0, most }: { readonly otherwise: number; readonly least?: number; readonly most: number },
): number {
  if (text === undefined) return otherwise;
  if (/^[0-9]{1,16}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw new Problem(400, `${name} must be a whole number from ${least} to ${most}, got '${text}'`);
}

/** One of a few words. @throws Problem 400 */
export function oneOf<Word extends string>(
  name: string,
  text: string | undefined,
  { otherwise, known }: { readonly otherwise: Word; readonly known: readonly Word[] },
): Word {
  if (text === undefined) return otherwise;
  const word = known.find((each) => each === text);
  if (word !== undefined) return word;
  throw new Problem(400, `${name} must be one of ${known.join(', ')}, got '${text}'`);
}
