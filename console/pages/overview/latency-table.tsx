import type { LatencyId, Live } from '@pipeline/local/serving/contract';
import { count, latency } from '../../format';

const ROWS: readonly (readonly [LatencyId, string])[] = [
  ['log', 'in the log'],
  ['speed', 'in the speed layer'],
  ['batch', 'in the batch layer'],
  ['serving', 'in an answer'],
];

/** How long a record takes from its PUT until it can be seen, over the last minute. */
export function LatencyTable({ latency: measured }: { latency: Live['latency'] }) {
  return (
    <section aria-labelledby="latency">
      <h2 id="latency">From PUT to visible</h2>
      <p class="note quiet">Records of the last minute, from the moment the API had the request.</p>
      <table class="wide">
        <thead>
          <tr>
            <th scope="col">visible</th>
            <th scope="col" class="number">
              half within
            </th>
            <th scope="col" class="number">
              99 % within
            </th>
            <th scope="col" class="number">
              records
            </th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map(([id, name]) => (
            <tr key={id}>
              <th scope="row">{name}</th>
              <td class="number">{latency(measured[id].p50Ms)}</td>
              <td class="number">{latency(measured[id].p99Ms)}</td>
              <td class="number">{count(measured[id].records)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
