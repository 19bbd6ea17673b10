import type { Dataset } from '../../schema';
import type { JsonValue } from '../contract';
import { geoFacts, pinFacts, userFacts } from '../draft';
import type { FactsOf } from '../facts';
import type { LatentPost } from '../latent-post';
import type { Random } from '../random';
import type { RowWriter, WireRow } from '../rows';
import type { Dirt, DirtyGeoFacts, DirtyPinFacts, DirtyUserFacts } from './dirty-row';
import { GEO_DIRT } from './geo-dirt';
import type { Intruder } from './intruders';
import { keyDirt } from './key-dirt';
import { PIN_DIRT } from './pin-dirt';
import { NO_TIMES } from './times-dirt';
import { USER_DIRT } from './user-dirt';

const NO_UUIDS: readonly JsonValue[] = [null, '', 'None', 'not-a-uuid', '1454a6c0-103c-479f-b829-5d61d3e39f8', 42];

/** How one dataset's rows are written, their facts, and their dirt. */
export interface Feed<D extends Dataset, F> {
  readonly dataset: D;
  readonly keyName: string;
  readonly dirt: readonly Dirt<F>[];
  write(writer: RowWriter, post: LatentPost): WireRow;
  begin(post: LatentPost): F;
  finish(facts: F): FactsOf[D];
  /** The row with a wrong value in the column that its dataset requires, so that it goes to quarantine. */
  spoil(row: WireRow, random: Random): Intruder;
}

const PIN_FEED: Feed<'pin', DirtyPinFacts> = {
  dataset: 'pin',
  keyName: 'index',
  dirt: [...PIN_DIRT, ...keyDirt<DirtyPinFacts>('index')],
  write: (writer, post) => writer.pin(post),
  begin: (post) => ({ ...pinFacts(post) }),
  finish: (facts) => facts,
  spoil: ({ unique_id, ...rest }, random) => {
    const value = random.oneIn(1, 5) ? rest : { ...rest, unique_id: random.pick(NO_UUIDS) };
    return { value, reason: 'unique_id_invalid' };
  },
};

const GEO_FEED: Feed<'geo', DirtyGeoFacts> = {
  dataset: 'geo',
  keyName: 'ind',
  dirt: [...GEO_DIRT, ...keyDirt<DirtyGeoFacts>('ind')],
  write: (writer, post) => writer.geo(post),
  begin: (post) => ({ ...geoFacts(post) }),
  finish: (facts) => facts,
  spoil: (row, random) => ({ value: { ...row, timestamp: random.pick(NO_TIMES) }, reason: 'timestamp_invalid' }),
};

const USER_FEED: Feed<'user', DirtyUserFacts> = {
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
  spoil: (row, random) => ({ value: { ...row, date_joined: random.pick(NO_TIMES) }, reason: 'date_joined_invalid' }),
};

/** The feed of each dataset. */
// biome-ignore lint/suspicious/noExplicitAny: every feed has facts of its own, which no one else looks at.
export const FEEDS: { readonly [D in Dataset]: Feed<D, any> } = { pin: PIN_FEED, geo: GEO_FEED, user: USER_FEED };
