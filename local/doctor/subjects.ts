import { DATASETS, type Dataset, SCHEMAS } from '@pipeline/datasets/schema';
import { type View, views } from '@pipeline/datasets/sql';

/** What a file can hold: a clean table, or the answer to a question. */
export type Subject =
  | { readonly dataset: Dataset }
  | { readonly view: View; readonly types: Readonly<Record<string, string>> };

/** Theirs by ours, and how sure each is. */
export interface Columns {
  readonly theirs: Readonly<Record<string, string>>;
  /** Those that were guessed, not called by their name. */
  readonly guessed: readonly string[];
}

/** Other names that people give to columns. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  ind: ['index', 'key', 'postindex'],
  post_year: ['year', 'joinyear', 'yearjoined', 'joinedyear', 'yearofpost', 'postingyear', 'yearposted'],
  category_count: ['count', 'cnt', 'posts', 'numberofposts', 'postcount', 'numposts', 'total', 'categorycounts'],
  category: ['mostpopularcategory', 'popularcategory', 'topcategory'],
  poster_name: ['poster', 'postername', 'username', 'topuser', 'user'],
  user_name: ['username', 'name', 'user', 'person', 'postername'],
  follower_count: [
    'followers',
    'maxfollowercount',
    'maxfollowers',
    'followercounts',
    'totalfollowers',
    'maxfollowercount',
  ],
  age_group: ['age', 'agerange', 'ages', 'agegroups'],
  median_follower_count: ['median', 'medianfollowers', 'medianfollowercounts', 'followercount', 'medianfollower'],
  number_users_joined: ['usersjoined', 'users', 'numberofusers', 'count', 'numberofusersjoined', 'numusers', 'joined'],
  number_posts: ['posts', 'numberofposts', 'count', 'postcount', 'numposts'],
  image_src: ['imagesource', 'image'],
  coordinates: ['coordinate', 'latlong', 'location'],
};

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Columns that a table of the exercise has to have; ours adds some at its end. */
export const EXTRAS = new Set(['downloaded', 'media_type', 'tags', 'user_key']);
/** Columns that are not compared: a list of texts has no one form. */
const NOT_COMPARED = new Set(['tags']);

/** Finds ours among theirs, by name, by other names, and one number that is left by what it is. */
export function guessColumns(
  ours: readonly string[],
  theirs: readonly string[],
  stated: Readonly<Record<string, string>>,
): Columns {
  const found: Record<string, string> = {};
  const guessed: string[] = [];
  const free = () => theirs.filter((name) => !Object.values(found).includes(name));
  for (const [their, our] of Object.entries(stated))
    if (ours.includes(our) && theirs.includes(their)) found[our] = their;
  const take = (names: (our: string) => readonly string[], isGuess: boolean) => {
    for (const our of ours) {
      if (found[our] !== undefined) continue;
      const fitting = free().filter((name) => names(our).includes(plain(name)));
      if (fitting.length !== 1) continue;
      found[our] = fitting[0]!;
      if (isGuess) guessed.push(our);
    }
  };
  take((our) => [plain(our)], false);
  take((our) => OTHER_NAMES[our] ?? [], true);
  return { theirs: found, guessed };
}

/** The columns of a table that are compared. */
export function comparedColumns(dataset: Dataset): { readonly name: string; readonly type: string }[] {
  return SCHEMAS[dataset].cleanColumns.filter(({ name }) => !NOT_COMPARED.has(name));
}

export function subjectColumns(subject: Subject): string[] {
  return 'view' in subject ? Object.keys(subject.types) : comparedColumns(subject.dataset).map(({ name }) => name);
}

export function subjectName(subject: Subject): string {
  return 'view' in subject ? subject.view.name : subject.dataset;
}

/** Whether theirs has all that the subject needs. */
function isComplete(subject: Subject, { theirs }: Columns): boolean {
  return subjectColumns(subject).every((name) => theirs[name] !== undefined || EXTRAS.has(name));
}

/** Tables that columns make likely: at least the key and two thirds of the exercise's. */
function isLikely(subject: Subject, { theirs }: Columns): boolean {
  const needed = subjectColumns(subject).filter((name) => !EXTRAS.has(name));
  return (
    theirs.ind !== undefined && needed.filter((name) => theirs[name] !== undefined).length >= (2 * needed.length) / 3
  );
}

export interface Fitting {
  readonly subject: Subject;
  readonly columns: Columns;
}

/** What a relation can be by its columns, the likeliest first by its name. */
export function fittingSubjects(
  name: string,
  theirs: readonly string[],
  types: ReadonlyMap<string, Readonly<Record<string, string>>>,
  stated: Readonly<Record<string, string>>,
): Fitting[] {
  const of = (subject: Subject): Fitting => ({
    subject,
    columns: guessColumns(subjectColumns(subject), theirs, stated),
  });
  const tables = DATASETS.map((dataset) => of({ dataset })).filter(({ subject, columns }) =>
    isLikely(subject, columns),
  );
  if (tables.length > 0) return tables.slice(0, 1);
  const answers = views()
    .map((view) => of({ view, types: types.get(view.name)! }))
    .filter(({ subject, columns }) => isComplete(subject, columns));
  const named = answers.filter(({ subject }) => plain(name) === plain(subjectName(subject)));
  if (named.length > 0) return named;
  const scores = answers.map((fitting) => score(name, theirs, fitting));
  const best = Math.max(...scores);
  return answers.filter((_, at) => scores[at] === best);
}

/** How well a file's name and columns go with a question: words in common, without those of neither; other columns' names count less. */
function score(name: string, theirs: readonly string[], { subject, columns }: Fitting): number {
  const words = new Set(name.toLowerCase().split(/[^a-z0-9]+/));
  const own = subjectName(subject).split('_');
  const common = own.filter((word) => words.has(word)).length;
  const used = Object.keys(columns.theirs).length;
  const inName = common === 0 ? 0 : common - 0.1 * own.length;
  return 10 * (used - columns.guessed.length / 2) - 5 * (theirs.length - used) + inName;
}
