import { invalidArgument } from './errors';

const FOREIGN_CHARACTER = /[^\u00C0-\u1FFF\u2C00-\uD7FF\w./\-=+ @:]/;

/** Checks keys and values of tags. @throws KinesisError InvalidArgumentException */
export function checkTagCharacters(texts: readonly string[]): void {
  if (!texts.some((text) => FOREIGN_CHARACTER.test(text))) return;
  throw invalidArgument(
    'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . / = + - % @.',
  );
}
