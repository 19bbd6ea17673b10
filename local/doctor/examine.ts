import { DATASETS } from '@pipeline/datasets/schema';
import { views } from '@pipeline/datasets/sql';
import { type AnswerWork, findInAnswer } from './answer-finding';
import type { Finding } from './finding';
import { pathsIn, type Relation, read, Unreadable } from './reading';
import { type Fitting, fittingSubjects, subjectName } from './subjects';
import { findInTable } from './table-finding';

export interface ExamineOptions extends AnswerWork {
  readonly paths: readonly string[];
  /** Ours by theirs, as stated with --column. */
  readonly columns: Readonly<Record<string, string>>;
  readonly onProgress?: (path: string) => void;
}

/** Looks at every table and answer, and says of each whether it is right, or why not. */
export async function examine(options: ExamineOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  const types = await typesOfViews(options);
  const said = (path: string, message: string) => findings.push(unreadable(path, message));
  for (const given of options.paths) {
    let paths: string[];
    try {
      paths = pathsIn(given);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      said(error.path, error.message);
      continue;
    }
    for (const path of paths) {
      options.onProgress?.(path);
      try {
        findings.push(await examineOne(options, types, await read(options.truth.connection, path, 'given')));
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        said(error.path, error.message);
      }
    }
  }
  return findings;
}

async function examineOne(options: ExamineOptions, types: Types, relation: Relation): Promise<Finding> {
  const stated = statedFor(options.columns, relation);
  const fitting = fittingSubjects(relation.name, relation.columns, types, stated);
  if (fitting.length === 0)
    throw new Unreadable(
      relation.path,
      `${relation.path} has the columns ${relation.columns.join(', ')}, and neither a clean table (${DATASETS.join(', ')}) nor the answer to a question ` +
        'has such; --column theirs=ours says what a column is',
    );
  const findings: Finding[] = [];
  for (const each of fitting) {
    const finding = await findIn(options, each, relation);
    if (finding.verdict === 'right' || fitting.length === 1) return finding;
    findings.push(finding);
  }
  const [explained, ...more] = findings.filter(({ causes }) => causes.length > 0);
  if (explained && more.length === 0) return explained;
  throw new Unreadable(
    relation.path,
    `${relation.path} can be the answer to ${fitting.map(({ subject }) => subjectName(subject)).join(' or ')}; name the file for its question`,
  );
}

function findIn(options: ExamineOptions, { subject, columns }: Fitting, relation: Relation): Promise<Finding> {
  return 'view' in subject
    ? findInAnswer(options, subject.view, columns, relation)
    : findInTable(options, subject.dataset, columns, relation);
}

function statedFor(stated: Readonly<Record<string, string>>, { columns }: Relation): Record<string, string> {
  return Object.fromEntries(Object.entries(stated).filter(([theirs]) => columns.includes(theirs)));
}

type Types = ReadonlyMap<string, Readonly<Record<string, string>>>;

async function typesOfViews({ truth }: ExamineOptions): Promise<Types> {
  const types = new Map<string, Readonly<Record<string, string>>>();
  for (const view of views()) {
    const { columns } = (await truth.answer(view, []))!;
    types.set(view.name, Object.fromEntries(columns.map(({ name, type }) => [name, type])));
  }
  return types;
}

function unreadable(path: string, summary: string): Finding {
  return {
    ...{ path, of: null, verdict: 'unreadable', summary, columns: {}, guessed: [], causes: [], apart: null },
    ...{ evidence: [], notes: [] },
  };
}
