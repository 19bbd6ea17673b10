/**
 * What became of one check: the deployment would go through it (`ok`), stop at it (`fails`), perhaps stop at it or
 * not do what was meant (`warns`); or it could not be looked at (`skipped`).
 */
export type State = 'ok' | 'fails' | 'warns' | 'skipped';

export interface Finding {
  readonly check: string;
  readonly state: State;
  /** What was found, or why nobody looked. */
  readonly found: string;
  /** What to do about it; empty where there is nothing to do. */
  readonly fix: string;
}

export function ok(check: string, found: string): Finding {
  return { check, state: 'ok', found, fix: '' };
}

export function fails(check: string, found: string, fix: string): Finding {
  return { check, state: 'fails', found, fix };
}

export function warns(check: string, found: string, fix: string): Finding {
  return { check, state: 'warns', found, fix };
}

export function skipped(check: string, found: string, fix = ''): Finding {
  return { check, state: 'skipped', found, fix };
}

/** The same findings with every secret blacked out, in case a service has quoted one back. */
export function blackedOut(findings: readonly Finding[], secrets: readonly string[]): Finding[] {
  const clean = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  return findings.map(({ check, state, found, fix }) => ({ check, state, found: clean(found), fix: clean(fix) }));
}
