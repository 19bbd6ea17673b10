interface Category {
  readonly name: string;
  /** Number of the category's rows in the original, which has 11,154. Sources of other sizes have blocks in the same proportion. */
  readonly rows: number;
  /** Story pages per 1000 rows, without rows full of errors. Crafts and party plans have many, because they come in steps. */
  readonly stories: number;
}

/** The 13 categories, in the order of their blocks of keys. */
export const CATEGORIES: readonly Category[] = [
  { name: 'art', rows: 893, stories: 30 },
  { name: 'beauty', rows: 747, stories: 45 },
  { name: 'christmas', rows: 997, stories: 55 },
  { name: 'diy-and-crafts', rows: 830, stories: 188 },
  { name: 'education', rows: 863, stories: 45 },
  { name: 'event-planning', rows: 749, stories: 128 },
  { name: 'finance', rows: 785, stories: 30 },
  { name: 'home-decor', rows: 865, stories: 110 },
  { name: 'mens-fashion', rows: 844, stories: 25 },
  { name: 'quotes', rows: 913, stories: 25 },
  { name: 'tattoos', rows: 973, stories: 25 },
  { name: 'travel', rows: 856, stories: 70 },
  { name: 'vehicles', rows: 839, stories: 40 },
];

const ORIGINAL_ROWS = 11_154;

/**
 * The first key of each category's block, and `posts` at the end: 14 numbers. A small source may leave a block empty.
 */
export function categoryStarts(posts: number): readonly number[] {
  const starts = [0];
  let rows = 0;
  for (const category of CATEGORIES) {
    rows += category.rows;
    starts.push(Math.floor((rows * posts) / ORIGINAL_ROWS));
  }
  return starts;
}
