import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ViewAnswer } from '../contract';
import { type KeyFacts, personOf, type UserFacts } from '../facts';
import type { RightAnswer } from './right-answer';

const FOLDER = join(__dirname, '..', 'right-answers');

/** Names of the questions with a right answer: each has a file of this name in right-answers/. */
export function answeredQuestions(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
}

/** A person with known followers: the largest count on the person's posts. */
interface Followed {
  readonly user: UserFacts;
  followers: number;
}

/** Computes all right answers: passes them the facts, key by key. */
export class AnswerSheet {
  private readonly answers: readonly (readonly [name: string, answer: RightAnswer])[];
  private readonly followed = new Map<string, Followed>();

  constructor(names: readonly string[] = answeredQuestions()) {
    this.answers = names.map((name) => [name, beginAnswer(name)]);
  }

  /** @param facts the clean rows of one key: pin, geo, user, and rows of other datasets */
  add(facts: Pick<KeyFacts, 'pin' | 'geo' | 'user'> & Partial<KeyFacts>): void {
    for (const [, answer] of this.answers) answer.key?.(facts);
    const { pin, geo, user } = facts;
    if (pin === null || geo === null || user === null) return;
    for (const [, answer] of this.answers) answer.post?.({ pin, geo, user });
    if (pin.followers !== null) this.follow(user, pin.followers);
  }

  /** Every answer by name. */
  views(): Readonly<Record<string, ViewAnswer>> {
    for (const { user, followers } of this.followed.values())
      for (const [, answer] of this.answers) answer.person?.(user, followers);
    return Object.fromEntries(
      this.answers.map(([name, answer]) => [name, { columns: answer.columns, rows: answer.rows() }]),
    );
  }

  private follow(user: UserFacts, followers: number): void {
    const person = personOf(user);
    const known = this.followed.get(person);
    if (known === undefined) this.followed.set(person, { user, followers });
    else known.followers = Math.max(known.followers, followers);
  }
}

/** @throws Error when the file of that name has no right answer. */
function beginAnswer(name: string): RightAnswer {
  const file = join(FOLDER, name);
  const { rightAnswer } = require(file) as { rightAnswer?: () => RightAnswer };
  if (typeof rightAnswer !== 'function')
    throw new Error(`${file}.ts: it must export a function rightAnswer() that returns columns and rows`);
  return rightAnswer();
}
