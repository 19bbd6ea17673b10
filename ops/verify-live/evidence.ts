import type { Outcome, Probe, Reach } from './probes';

export interface Claim extends Outcome {
  readonly id: string;
}

/** What people can send back: which claims hold, and nothing that says where or whose. */
export interface Evidence {
  readonly made: string;
  readonly region: string;
  readonly claims: readonly Claim[];
}

/** Looks at every claim, one after the other. What goes wrong in looking is said, and stops no other. */
export async function gather(
  probes: readonly Probe[],
  reach: Reach,
  { now, say }: { readonly now: () => Date; readonly say: (claim: Claim) => void },
): Promise<Evidence> {
  const claims: Claim[] = [];
  for (const { id, look } of probes) {
    const outcome = await look(reach).catch(
      (error: Error): Outcome => ({ state: 'not tried', found: `${error.name}: ${error.message}` }),
    );
    const claim = { id, state: outcome.state, found: withoutNames(outcome.found, reach) };
    claims.push(claim);
    say(claim);
  }
  return { made: now().toISOString().slice(0, 10), region: reach.config.region, claims };
}

/** The text without what names an account, a person, an address or a key. */
export function withoutNames(text: string, { config }: Pick<Reach, 'config'>): string {
  return text
    .replaceAll(/arn:aws[\w-]*:[^\s"',)]+/g, '<arn>')
    .replaceAll(/https?:\/\/[^\s"',)]+/g, '<address>')
    .replaceAll(/\b(AKIA|ASIA|AIDA|AROA)[A-Z0-9]{8,}\b/g, '<key>')
    .replaceAll(/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, '<e-mail>')
    .replaceAll(/\b\d{12}\b/g, '<account>')
    .replaceAll(config.userId, '<user-id>');
}

/** How it ends, in a sentence. */
export function verdict({ claims }: Evidence): string {
  const count = (state: Outcome['state']) => claims.filter((claim) => claim.state === state).length;
  return `${count('holds')} claims hold, ${count('does not hold')} do not, ${count('not tried')} were not tried.`;
}
