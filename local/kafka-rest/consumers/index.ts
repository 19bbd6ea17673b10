import type { Log } from '../../log';
import type { Route } from '../router';

export function consumerRoutes(_: { readonly log: Log; readonly now: () => number }): Route[] {
  return [];
}
