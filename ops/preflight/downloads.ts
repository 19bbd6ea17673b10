import { type Artefacts, unpinned } from '../../config/artefacts';
import { type Finding, fails, ok } from './finding';

/** Whether somebody has looked at every file that machines will download. `deploy` refuses otherwise. */
export function checkDownloads(artefacts: Artefacts): Finding {
  const open = unpinned(artefacts);
  const all = Object.keys(artefacts).length;
  if (open.length === 0) return ok('downloads', `${all} files, each with its checksum in artefacts.lock.json`);
  return fails(
    'downloads',
    `${open.length} of ${all} files have no checksum in artefacts.lock.json: ${open.join(', ')}`,
    'npm run pin-artefacts, then compare what it wrote with what the makers publish',
  );
}
