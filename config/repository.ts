import { ConfigError } from './load';

/** A repository on GitHub whose workflows may act in an account. */
export interface Repository {
  readonly owner: string;
  readonly name: string;
  /** GitHub's numbers of owner and repository, which tokens of newer repositories carry beside the names. */
  readonly ids?: { readonly owner: string; readonly repository: string };
}

/** As typed: everything is text, and nothing need be there. */
export interface RepositoryText {
  readonly repository?: string;
  readonly ownerId?: string;
  readonly repositoryId?: string;
}

/** GitHub's own rules for names. A `*` among them would let any repository in. */
const REPOSITORY = /^([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))\/([A-Za-z0-9._-]{1,100})$/;

/** @throws ConfigError in the words of the option that is wrong */
export function readRepository({ repository, ownerId, repositoryId }: RepositoryText): Repository {
  const [, owner, name] = REPOSITORY.exec(repository ?? '') ?? [];
  if (owner === undefined || name === undefined) {
    const got = repository === undefined ? 'got none' : `got '${repository}'`;
    throw new ConfigError(`repository must be the GitHub repository as owner/name, ${got}`);
  }
  if (ownerId === undefined && repositoryId === undefined) return { owner, name };
  return { owner, name, ids: { owner: id('owner id', ownerId), repository: id('repository id', repositoryId) } };
}

function id(what: string, text: string | undefined): string {
  if (text !== undefined && /^[1-9]\d{0,18}$/.test(text)) return text;
  throw new ConfigError(
    `${what} must be GitHub's number, ${text === undefined ? 'got none; owner and repository id go together' : `got '${text}'`}`,
  );
}
