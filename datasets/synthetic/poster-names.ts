import { Permutation } from './permutation';
import { type Random, STREAMS } from './random';
import { ONE_CHARACTER_POSTERS, POSTER_ENDINGS, POSTER_FLOURISHES, POSTER_TAGLINES } from './words/phrases';

const LATIN = [...'bdfglmnprstvzkhj'].flatMap((consonant) => [...'aeio'].map((vowel) => consonant + vowel));
const CYRILLIC = [...'бвгджзклмнпрстфх'].flatMap((consonant) => [...'аеио'].map((vowel) => consonant + vowel));
const GREEK = [...'βγδζθκλμνξπρστφχ'].flatMap((consonant) => [...'αειο'].map((vowel) => consonant + vowel));
const SYLLABLES = 64;
const FIRST_SHORT_NAME = 100;

/**
 * Invents a name for every poster. No two names are equal, even after trimming: each begins with an invented word, which spells the
 * poster's shuffled number in syllables of two letters. So a name is the name of a real account only by chance.
 */
export class PosterNames {
  private readonly length: number;
  private readonly order: Permutation;

  /** For posters 0 to `count` - 1. */
  constructor(
    private readonly random: Random,
    count: number,
  ) {
    this.length = 3;
    while (SYLLABLES ** this.length < count) this.length++;
    this.order = new Permutation(SYLLABLES ** this.length, random.at(STREAMS.posterName, 0).next());
  }

  /** The name as the source stores it: 1.6 % end in blanks, and 15 % contain a bar with blanks around it. */
  of(ordinal: number): string {
    const short = ONE_CHARACTER_POSTERS[ordinal - FIRST_SHORT_NAME];
    if (short !== undefined) return short;
    const random = this.random.at(STREAMS.posterName, ordinal + 1);
    const shape = random.below(1000);
    const blanks = random.oneIn(16, 1000) ? '  '.slice(random.below(2)) : '';
    if (shape < 150) return this.coin(ordinal, LATIN) + random.pick(POSTER_TAGLINES) + blanks;
    if (shape < 210) return this.coin(ordinal, LATIN) + random.pick(POSTER_FLOURISHES) + blanks;
    if (shape < 225) return this.coin(ordinal, CYRILLIC) + blanks;
    if (shape < 240) return this.coin(ordinal, GREEK) + blanks;
    if (shape < 242) return scraped(this.coin(ordinal, LATIN) + random.pick(POSTER_TAGLINES)) + blanks;
    if (shape < 370)
      return this.coin(ordinal, LATIN).toLowerCase() + random.pick(['', '_home', '.ideas', '_diy']) + blanks;
    if (shape < 440) return this.coin(ordinal, LATIN) + blanks;
    return this.coin(ordinal, LATIN) + random.pick(POSTER_ENDINGS) + blanks;
  }

  private coin(ordinal: number, syllables: readonly string[]): string {
    let rest = this.order.of(ordinal);
    let word = '';
    for (let i = 0; i < this.length; i++) {
      word += syllables[rest % SYLLABLES];
      rest = Math.floor(rest / SYLLABLES);
    }
    return (word[0] as string).toUpperCase() + word.slice(1);
  }
}

/** A name with words of the page around it, as the scraper sometimes stored it. */
function scraped(name: string): string {
  return `${name}${name}Follow this profile, change settings or report it to the helpdesk${name}Follow this profile`;
}
