import { type CodeFolder, REPOSITORY, type RepositoryCode, readCode } from './repository-code';

/** The repository's files for a Databricks workspace: notebooks, their functions, and the definitions they read. */
export const CONTENT: readonly CodeFolder[] = [
  ['notebooks', /^[^/]+\.py$/],
  ['notebooks/pipeline', /\.py$/],
  ['datasets', /^questions\.json$/],
  ['datasets/schema', /\.json$/],
  ['datasets/sql', /\.(sql|json)$/],
];

/**
 * Lists and digests the content.
 *
 * @throws Error when there are no notebooks
 */
export function readWorkspaceContent(repository: string = REPOSITORY): RepositoryCode {
  const content = readCode(CONTENT, repository);
  if (!content.files.some((file) => /^notebooks\/\w+\.py$/.test(file))) {
    throw new Error('notebooks/ has no notebook; add one, or leave databricks out of the environment file');
  }
  return content;
}
