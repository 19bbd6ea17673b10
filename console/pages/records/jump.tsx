import { useState } from 'preact/hooks';

type Kind = 'from' | 'at' | 'key';

const HINTS: Readonly<Record<Kind, string>> = { from: '0', at: '2026-01-31T12:00:00Z', key: '7' };

/** Goes to an offset, a time or a key. */
export function Jump({ query, jump }: { query: URLSearchParams; jump: (place: Record<string, string>) => void }) {
  const given = (['from', 'at', 'key'] as const).find((kind) => query.has(kind));
  const [kind, setKind] = useState<Kind>(given ?? 'from');
  const [trouble, setTrouble] = useState<string>();
  const submit = (text: string) => {
    const value = text.trim();
    const problem = problemOf(kind, value);
    setTrouble(problem);
    if (problem === undefined) jump({ [kind]: kind === 'at' ? String(millisecondsOf(value)) : value });
  };
  const shown = given === undefined ? '' : query.get(given)!;
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        submit((event.currentTarget.elements.namedItem('place') as HTMLInputElement).value);
      }}
    >
      <label>
        Jump to
        <select value={kind} onChange={({ currentTarget }) => setKind(currentTarget.value as Kind)}>
          <option value="from">an offset</option>
          <option value="at">a time</option>
          <option value="key">a key</option>
        </select>
      </label>
      <label>
        {kind === 'from' ? 'Offset' : kind === 'at' ? 'Time in UTC, or in ms since 1970' : 'Key'}
        <input
          name="place"
          key={kind}
          defaultValue={kind === given ? (kind === 'at' ? new Date(Number(shown)).toISOString() : shown) : ''}
          placeholder={HINTS[kind]}
          data-search
          autocomplete="off"
        />
      </label>
      <button type="submit">Jump</button>
      {trouble !== undefined && (
        <span class="wrong small" role="alert">
          {trouble}
        </span>
      )}
    </form>
  );
}

const millisecondsOf = (text: string): number =>
  /^\d+$/.test(text) ? Number(text) : Date.parse(/[zZ]|[-+]\d{2}:?\d{2}$/.test(text) ? text : `${text}Z`);

function problemOf(kind: Kind, value: string): string | undefined {
  if (kind === 'from' && !/^\d{1,15}$/.test(value)) return `An offset is a whole number from 0, not '${value}'.`;
  if (kind === 'at' && !Number.isFinite(millisecondsOf(value)))
    return `A time looks like 2026-01-31T12:00:00Z, not '${value}'.`;
  return kind === 'key' && value === '' ? 'Type a key.' : undefined;
}
