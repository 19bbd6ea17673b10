/** Hard mode's kinds of dirt: what each switch adds. */
export const HARD_MODE_SWITCHES = {
  followerDecimals: 'follower counts with decimals: 1.2M, 12.3456k, 437.5',
  followerLetters: 'the other letters and forms: 12K, 2m, 0.002B, 12 k, a JSON number',
  followerCommas: 'follower counts with thousands commas: 12,000',
  followerUnreadable: 'texts that are not follower counts: 1,5k, lots',
  nulls: 'a column that is null or left out',
  emptyTexts: 'a column that holds an empty text or white space alone',
  nullTexts: 'a column that holds null, None, N/A or nan as text; for names of people and places these are names',
  whitespace: 'white space around a text',
  categories: 'a category with capitals, or one that is not among the 13',
  ages: 'ages at the edges of the groups, outside 0 to 120, as text, and words that are not numbers',
  coordinates: 'coordinates off the globe, as text, and words that are not numbers',
  timestampForms: 'the four accepted forms of a time, with and without fraction and offset',
  extraFields: 'fields that are not in the schema',
  textKeys: 'keys as text: "7"',
  schemaDrift: 'index in geo and user, ind in pin; both, equal; both, different',
  missingKeys: 'records without a key, instead of the good row or after it',
  invalidKeys: 'keys that are not a whole number from 0, instead of the good row or after it',
  badRepeats: 'a repeat with an invalid unique_id or time, which must not erase the good row',
  duplicates: 'the same record again, up to three times',
  updates: 'an earlier, outdated version of the row before the final one',
  orphans: 'a post that lacks one of its three rows',
  poison: 'template texts, nested rows, numbers, lists and texts instead of a row',
  wrongTopic: "another dataset's row in the feed",
  late: 'records delivered up to 200 keys late',
} as const;

export type HardModeSwitch = keyof typeof HARD_MODE_SWITCHES;
export type HardModeSwitches = { readonly [name in HardModeSwitch]?: boolean };

export const HARD_MODE_SWITCH_NAMES = Object.keys(HARD_MODE_SWITCHES) as readonly HardModeSwitch[];

/** The switches that are on. */
export function switchedOn(hardMode: boolean | HardModeSwitches | undefined): ReadonlySet<HardModeSwitch> {
  if (hardMode === undefined || hardMode === false) return new Set();
  if (hardMode === true) return new Set(HARD_MODE_SWITCH_NAMES);
  for (const name of Object.keys(hardMode))
    if (!Object.hasOwn(HARD_MODE_SWITCHES, name))
      throw new RangeError(
        `synthetic source: hard mode has no switch '${name}' (known: ${HARD_MODE_SWITCH_NAMES.join(', ')})`,
      );
  return new Set(HARD_MODE_SWITCH_NAMES.filter((name) => hardMode[name] === true));
}
