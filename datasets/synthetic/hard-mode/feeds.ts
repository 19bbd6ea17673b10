import type { Dataset } from '../../schema';
import { type FactsOf, geoFacts, pinFacts, userFacts } from '../draft';
import type { LatentPost } from '../latent-post';
import type { RowWriter, WireRow } from '../rows';
import type { Dirt, DirtyGeoFacts, DirtyPinFacts, DirtyUserFacts } from './dirty-row';
import { GEO_DIRT } from './geo-dirt';
import { keyDirt } from './key-dirt';
import { PIN_DIRT } from './pin-dirt';
import { USER_DIRT } from './user-dirt';

/** How one dataset's rows are written, what is true of them and how they get dirty. */
export interface Feed<D extends Dataset, F> {
  readonly dataset: D;
  readonly keyName: 'index' | 'ind';
  readonly dirt: readonly Dirt<F>[];
  write(writer: RowWriter, post: LatentPost): WireRow;
  begin(post: LatentPost): F;
  finish(facts: F): FactsOf[D];
}

export const PIN_FEED: Feed<'pin', DirtyPinFacts> = {
  dataset: 'pin',
  keyName: 'index',
  dirt: [...PIN_DIRT, ...keyDirt<DirtyPinFacts>('index')],
  write: (writer, post) => writer.pin(post),
  begin: (post) => ({ ...pinFacts(post) }),
  finish: (facts) => facts,
};

export const GEO_FEED: Feed<'geo', DirtyGeoFacts> = {
  dataset: 'geo',
  keyName: 'ind',
  dirt: [...GEO_DIRT, ...keyDirt<DirtyGeoFacts>('ind')],
  write: (writer, post) => writer.geo(post),
  begin: (post) => ({ ...geoFacts(post) }),
  finish: (facts) => facts,
};

export const USER_FEED: Feed<'user', DirtyUserFacts> = {
  dataset: 'user',
  keyName: 'ind',
  dirt: [...USER_DIRT, ...keyDirt<DirtyUserFacts>('ind')],
  write: (writer, post) => writer.user(post),
  begin: (post) => {
    const { age, joinedAt } = userFacts(post);
    return { firstName: post.person.firstName, lastName: post.person.lastName, age, joinedAt };
  },
  finish: ({ firstName, lastName, age, joinedAt }) => {
    const names = [firstName, lastName].filter((name) => name !== null);
    return { userName: names.length === 0 ? null : names.join(' '), age, joinedAt };
  },
};
