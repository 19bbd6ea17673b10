import { ENDPOINTS } from '../local/serving/contract';

/** What a runtime answers beside its API, as docs/console.md lists it. */
export function endpointsTable(): string {
  const rows = ENDPOINTS.map(({ method, path, query, about }) => {
    const parameters = query.map((name) => `\`${name}\``).join(', ');
    return `| \`${method} ${path}\` | ${parameters} | ${about} |`;
  });
  return ['| endpoint | query | what it answers |', '| --- | --- | --- |', ...rows].join('\n');
}
