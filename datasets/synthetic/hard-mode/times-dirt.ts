import type { Random } from '../random';
import { clockText, dateText } from '../times';

/** Texts and numbers that are not a time in any accepted form. */
export const NO_TIMES = [
  'yesterday',
  '2020-13-45T10:00:00Z',
  '2021-02-29 00:00:00',
  '13/45/2020, 10:00:00',
  '2020-08',
  '28.08.2020 03:52',
  1_598_586_767,
];

const OFFSETS_MINUTES = [0, 60, 330, -300, -570, 765];
const MICROS_PER_SECOND = 1_000_000;

/**
 * Writes a time in one of the four accepted forms, sometimes with a fraction, which changes the time, and with an offset, which
 * does not change it.
 */
export function otherTimeForm(seconds: number, random: Random): { readonly text: string; readonly micros: number } {
  const places = random.oneIn(1, 3) ? random.pick([1, 3, 6]) : 0;
  const fraction = places === 0 ? 0 : random.below(10 ** places);
  const offset = random.oneIn(1, 3) ? random.pick(OFFSETS_MINUTES) : null;
  const local = seconds + (offset ?? 0) * 60;
  const text =
    dateAndClock(local, random) +
    (places === 0 ? '' : `.${`${fraction}`.padStart(places, '0')}`) +
    (offset === null ? random.pick(['', '', 'Z']) : offsetText(offset));
  return { text, micros: seconds * MICROS_PER_SECOND + fraction * 10 ** (6 - places) };
}

function dateAndClock(seconds: number, random: Random): string {
  const date = dateText(seconds);
  const clock = clockText(seconds);
  switch (random.below(4)) {
    case 0:
      return `${date} ${clock}`;
    case 1:
      return `${date}T${clock}`;
    case 2:
      return `${date.replaceAll('-', ':')} ${clock}`;
    default:
      return `${date.slice(5, 7)}/${date.slice(8)}/${date.slice(0, 4)}, ${clock}`;
  }
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const twoDigits = (n: number) => `${n}`.padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`;
}
