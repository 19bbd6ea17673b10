import './until-loaded';

/** The oldest Node that everything here runs on. */
const LEAST = '20.19.0';

/** What to tell somebody whose Node is too old; undefined for one that will do. */
export function nodeTooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST.split('.').map(Number) as [number, number];
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return undefined;
  return `Node ${version} is too old: this needs ${LEAST} or newer; get one from https://nodejs.org or with your version manager, e.g. nvm install ${leastMajor}`;
}

// Every command loads this before anything else, which an old Node may not even be able to read.
const told = nodeTooOld(process.versions.node);
if (told !== undefined) {
  process.stderr.write(`${told}\n`);
  process.exit(2);
}
