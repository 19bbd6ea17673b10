/** Values in one form, so that order, dates and numbers may be written in any. */
export const NULL_TEXT = '∅';

/** One cell of an answer by the type that the column should have. */
export function canonical(value: unknown, type: string, column: string): string {
  if (value === null || value === undefined) return NULL_TEXT;
  const text = String(value);
  if (column === 'age_group') return ageGroup(text);
  return type === 'STRING' ? text : numberText(text);
}

function numberText(text: string): string {
  const plain = /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text.trim()) ? text.replaceAll(',', '') : text.trim();
  const number = Number(plain);
  return plain === '' || Number.isNaN(number) ? text : String(Number(number.toPrecision(12)));
}

const FIRST_AGES: Readonly<Record<string, string>> = {
  18: '18-24',
  25: '25-35',
  26: '25-35',
  35: '36-50',
  36: '36-50',
  50: '+50',
  51: '+50',
};

/** Groups are called 50+, >50, 18 - 24: it is who is in them that counts. */
function ageGroup(text: string): string {
  const ages = text.match(/\d+/g) ?? [];
  const isBelow = /under|below|</i.test(text);
  return (!isBelow && FIRST_AGES[ages[0] ?? '']) || text;
}

/** SQL that makes one text of a clean column's value, in whatever form it stands in the text `t`. */
export function canonicalSql(t: string, type: string): string {
  switch (type) {
    case 'INT':
    case 'BIGINT':
      return `coalesce(cast(try_cast(try_cast(${t} as double) as bigint) as string), ${t})`;
    case 'TIMESTAMP':
      return `coalesce(strftime(coalesce(parse_ts(norm_text(${t})), try_cast(${t} as timestamp)), '%Y-%m-%d %H:%M:%S'), ${t})`;
    case 'ARRAY<DOUBLE>':
      return `case when ${t} is null then null when len(regexp_extract_all(${t}, '-?[0-9][0-9.]*')) = 0 then ${t} else cast(
        list_transform(regexp_extract_all(${t}, '-?[0-9][0-9.]*(?:[eE][-+]?[0-9]+)?'), lambda n: round(try_cast(n as double), 9)) as string) end`;
    default:
      return t;
  }
}
