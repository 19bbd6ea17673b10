export const V2_JSON = 'application/vnd.kafka.v2+json';

/** How keys and values are embedded in JSON. */
export type Format = 'binary' | 'json' | 'avro' | 'jsonschema' | 'protobuf';
export const FORMATS: readonly Format[] = ['binary', 'json', 'avro', 'jsonschema', 'protobuf'];

export function embeddedType(format: Format): string {
  return `application/vnd.kafka.${format}.v2+json`;
}

/** The type without its parameters, in lower case; undefined for a header that is not there. */
export function mediaTypeOf(contentType: string | undefined): string | undefined {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase();
}

/** The format that an embedded type names. */
export function formatOf(mediaType: string): Format | undefined {
  return FORMATS.find((format) => embeddedType(format) === mediaType);
}

/** Types that can be answered, the preferred first. */
export type Offered = readonly string[];

/** The offered type that an `Accept` header likes best, or undefined if it takes none. */
export function negotiate(accept: string | undefined, offered: Offered): string | undefined {
  if (accept === undefined || accept === '*/*' || accept.trim() === '') return offered[0];
  const ranges = accept.split(',').map(parseRange);
  let best: { readonly type: string; readonly quality: number } | undefined;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > 0 && (best === undefined || quality > best.quality)) best = { type, quality };
  }
  return best?.type;
}

/** The first of `types` that an `Accept` header names word for word. */
export function namedIn(accept: string | undefined, types: readonly string[]): string | undefined {
  const ranges = (accept ?? '').split(',').map((range) => parseRange(range).type);
  return ranges.find((range) => types.includes(range));
}

interface Range {
  readonly type: string;
  readonly quality: number;
}

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const q = parameters.find((parameter) => /^q\s*=/.test(parameter));
  const quality = q === undefined ? 1 : Number(q.slice(q.indexOf('=') + 1));
  return { type, quality: Number.isNaN(quality) ? 0 : quality };
}

/** The quality of the range that fits most exactly: `a/b` before `a/*` before `*` + `/*`. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const [main] = type.split('/');
  for (const wanted of [type, `${main}/*`, '*/*']) {
    const range = ranges.find((candidate) => candidate.type === wanted);
    if (range !== undefined) return range.quality;
  }
  return 0;
}
