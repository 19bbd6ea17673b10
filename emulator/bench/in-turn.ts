import { median } from './row';

const ROUNDS = 3;

/**
 * Medians of measurements taken turn and turn about, so that whatever else the machine does disturbs all alike; one round to warm up.
 *
 * @param rounds how often each is measured after that
 */
export async function inTurn(
  measurements: readonly (() => Promise<number>)[],
  rounds: number = ROUNDS,
): Promise<number[]> {
  const figures: number[][] = measurements.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, measure] of measurements.entries()) {
      const figure = await measure();
      if (round > 0) figures[i]!.push(figure);
    }
  }
  return figures.map(median);
}
