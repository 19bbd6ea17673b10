import { readRepository } from '../../config/repository';

test('a repository is its owner and name, and both of GitHub’s numbers or none', () => {
  expect(readRepository({ repository: 'ada-l/pins.v2' })).toEqual({ owner: 'ada-l', name: 'pins.v2' });
  expect(readRepository({ repository: 'ada/pins', ownerId: '12', repositoryId: '345' })).toEqual({
    owner: 'ada',
    name: 'pins',
    ids: { owner: '12', repository: '345' },
  });
});

test.each<[Parameters<typeof readRepository>[0], string]>([
  [{}, 'repository must be the GitHub repository as owner/name, got none'],
  [{ repository: 'pins' }, "repository must be the GitHub repository as owner/name, got 'pins'"],
  // Any of these would let other repositories in.
  [{ repository: 'ada/*' }, "repository must be the GitHub repository as owner/name, got 'ada/*'"],
  [{ repository: '*/pins' }, "repository must be the GitHub repository as owner/name, got '*/pins'"],
  [{ repository: 'ada/pins:ref' }, "repository must be the GitHub repository as owner/name, got 'ada/pins:ref'"],
  [{ repository: 'ada/pi?s' }, "repository must be the GitHub repository as owner/name, got 'ada/pi?s'"],
  [
    { repository: 'ada/pins', ownerId: '12' },
    "repository id must be GitHub's number, got none; owner and repository id go together",
  ],
  [{ repository: 'ada/pins', ownerId: '*', repositoryId: '1' }, "owner id must be GitHub's number, got '*'"],
])('%j is refused', (text, message) => {
  expect(() => readRepository(text)).toThrow(message);
});
