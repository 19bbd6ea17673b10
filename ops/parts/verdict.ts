/** How many tests of a part ended how. */
export interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The verdict of a part whose tool this machine lacks: skipped, or with REQUIRE_ALL=1 failed. Says which tool, and how to get it. */
export function withoutItsTool(part: string, hint: string): Verdict {
  const strict = process.env.REQUIRE_ALL === '1';
  process.stdout.write(`${strict ? 'FAILED' : 'skipped'} ${part}: ${hint}\n`);
  return { passed: 0, failed: strict ? 1 : 0, skipped: strict ? 0 : 1 };
}
