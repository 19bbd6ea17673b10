import { type Random, STREAMS } from './random';
import { COUNTRIES } from './words/countries';
import { FIRST_NAMES, LAST_NAMES } from './words/people';

const { abs, min, trunc } = Math;

/** The person behind a poster and where they are. Times are whole seconds since 1970, UTC. */
export interface Person {
  readonly firstName: string;
  readonly lastName: string;
  readonly age: number;
  readonly joinedAt: number;
  readonly country: string;
  /** Degrees with at most 6 significant digits, as MySQL prints a FLOAT. */
  readonly latitude: number;
  readonly longitude: number;
}

const JOINED_FROM = 1_445_385_600; // 2015-10-21 00:00:00
const JOIN_SECONDS = 730 * 86_400; // to the end of 2017-10-19
const MICRO = 1_000_000;

/**
 * Draws a person and a place for each of the poster's posts and keeps the minimum of each column by itself, as the
 * original does: a person with many posts is young, comes from Afghanistan and joined in October 2015.
 */
export function drawPerson(random: Random, ordinal: number, posts: number): Person {
  random.at(STREAMS.person, ordinal);
  let country = COUNTRIES.length;
  let first = FIRST_NAMES.length;
  let last = LAST_NAMES.length;
  let age = 61;
  let joined = JOIN_SECONDS;
  let latitude = 90 * MICRO;
  let longitude = 180 * MICRO;
  for (let i = 0; i < posts; i++) {
    country = min(country, random.below(COUNTRIES.length));
    first = min(first, random.below(FIRST_NAMES.length));
    last = min(last, random.below(LAST_NAMES.length));
    age = min(age, 20 + random.below(41));
    joined = min(joined, random.below(JOIN_SECONDS));
    latitude = min(latitude, random.below(180 * MICRO) - 90 * MICRO);
    longitude = min(longitude, random.below(360 * MICRO) - 180 * MICRO);
  }
  return {
    firstName: FIRST_NAMES[first] as string,
    lastName: LAST_NAMES[last] as string,
    age,
    joinedAt: JOINED_FROM + joined,
    country: COUNTRIES[country] as string,
    latitude: sixDigits(latitude),
    longitude: sixDigits(longitude),
  };
}

/**
 * Millionths of a degree as degrees, cut to 6 significant digits. One division of whole numbers, so the result is
 * exact to the last bit.
 */
function sixDigits(millionths: number): number {
  const size = abs(millionths);
  const step = size >= 100 * MICRO ? 1000 : size >= 10 * MICRO ? 100 : size >= MICRO ? 10 : 1;
  return (trunc(millionths / step) * step) / MICRO;
}
