/** One way in which their numbers come about. */
export interface Cause {
  /** Ids of mistakes; two where only both together give their numbers. */
  readonly mistakes: readonly string[];
  /** The rules that these break, or the question's own name. */
  readonly breaks: readonly string[];
  readonly words: string;
  /** Columns that it explains; none where it is about rows. */
  readonly columns: readonly string[];
}

/** A row of theirs that shows it. */
export interface Evidence {
  readonly row: string;
  readonly theirs: string;
  readonly right: string;
}

export type Verdict = 'right' | 'wrong' | 'unreadable';

/** What was found of one table or answer. */
export interface Finding {
  readonly path: string;
  /** A dataset or a question; null where nobody can tell. */
  readonly of: string | null;
  readonly verdict: Verdict;
  /** What was compared, or why it cannot be, in a sentence. */
  readonly summary: string;
  /** Theirs by ours, as they were understood. */
  readonly columns: Readonly<Record<string, string>>;
  readonly guessed: readonly string[];
  readonly causes: readonly Cause[];
  /** What would tell several causes apart. */
  readonly apart: string | null;
  readonly evidence: readonly Evidence[];
  readonly notes: readonly string[];
}
