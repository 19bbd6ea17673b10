import type { Mistake, Replacement } from './mistake';

const kept = (column: string): Replacement => [
  `case when k.${column}_is_sentinel then null else k.${column} end as ${column}`,
  `k.${column} as ${column}`,
];
const instead = (column: string, sql: string): Replacement => [kept(column)[0], `${sql} as ${column}`];
const forgotten = (id: string, rule: string, column: string, sentinel: string): Mistake => ({
  id,
  rule,
  words: `The error text '${sentinel}' is left in ${column}.`,
  clean: { pin: [kept(column)] },
  columns: [`pin.${column}`],
  example: { record: { [column]: sentinel }, right: null, wrong: sentinel },
});
const TAGS = 'N,o, ,T,a,g,s, ,A,v,a,i,l,a,b,l,e';
const withSentinels = ['title', 'description', 'tag_list', 'image_src'];
const none = (column: string): Replacement =>
  instead(column, `case when k.${column}_is_sentinel or k.${column} is null then 'None' else k.${column} end`);
const all = [...withSentinels, 'poster_name'];
const description = (id: string, words: string, sql: string, example: Mistake['example']): Mistake => ({
  id,
  rule: 'P4',
  words,
  clean: { pin: [instead('description', sql)] },
  columns: ['pin.description'],
  example,
});
const save = (id: string, words: string, sql: string, wrong: unknown): Mistake => ({
  id,
  rule: 'P9',
  words,
  clean: { pin: [['  k.save_path as save_location,', `  ${sql} as save_location,`]] },
  columns: ['pin.save_location'],
  example: { record: { save_location: 'Local save in /data/art' }, right: '/data/art', wrong },
});

/** Error texts that stay, text that goes, and the other columns of a pin. */
export const TEXTS: readonly Mistake[] = [
  forgotten('title-error-kept', 'P3', 'title', 'No Title Data Available'),
  forgotten('poster-error-kept', 'P5', 'poster_name', 'User Info Error'),
  forgotten('tags-error-kept', 'P6', 'tag_list', TAGS),
  forgotten('image-error-kept', 'P8', 'image_src', 'Image src error.'),
  {
    id: 'image-error-without-stop',
    rule: 'P8',
    words: "'Image src error' is looked for without its full stop, so 'Image src error.' stays.",
    clean: { pin: [instead('image_src', "nullif(k.image_src, 'Image src error')")] },
    columns: ['pin.image_src'],
    example: { record: { image_src: 'Image src error.' }, right: null, wrong: 'Image src error.' },
  },
  description(
    'description-plain-kept',
    "Only 'No description available Story format' is known, so the plain 'No description available' stays.",
    "case when k.description_is_sentinel and k.description <> 'No description available' then null else k.description end",
    { record: { description: 'No description available' }, right: null, wrong: 'No description available' },
  ),
  description(
    'description-story-kept',
    "Only the plain 'No description available' is known, so 'No description available Story format' stays.",
    "case when k.description_is_sentinel and k.description <> 'No description available Story format' then null else k.description end",
    {
      record: { description: 'No description available Story format' },
      right: null,
      wrong: 'No description available Story format',
    },
  ),
  description(
    'description-untitled-kept',
    "'Untitled' is left in description.",
    "case when k.description_is_sentinel and k.description <> 'Untitled' then null else k.description end",
    { record: { description: 'Untitled' }, right: null, wrong: 'Untitled' },
  ),
  description(
    'description-by-beginning',
    "Whatever begins with 'No description available' is NULL, real text too.",
    "case when k.description_is_sentinel or k.description like 'No description available%' then null else k.description end",
    {
      record: { description: 'No description available? Here is one.' },
      right: 'No description available? Here is one.',
      wrong: null,
    },
  ),
  description(
    'description-art-lost',
    "'Art.' is taken for an error, and is a description.",
    "case when k.description_is_sentinel or k.description = 'Art.' then null else k.description end",
    { record: { description: 'Art.' }, right: 'Art.', wrong: null },
  ),
  {
    id: 'errors-all-kept',
    rule: 'P4',
    words: 'No error text is known, only empty text: all of them stay.',
    clean: { pin: all.map(kept) },
    columns: ['pin.description', ...all.filter((column) => column !== 'description').map((column) => `pin.${column}`)],
    example: { record: { description: 'Untitled' }, right: null, wrong: 'Untitled' },
  },
  {
    id: 'errors-of-users-only',
    rule: 'P3',
    words: "'User Info Error' is looked for in every column, and each column's own error text stays.",
    clean: { pin: withSentinels.map(kept) },
    columns: withSentinels.map((column) => `pin.${column}`),
    example: { record: { title: 'No Title Data Available' }, right: null, wrong: 'No Title Data Available' },
  },
  {
    id: 'errors-last-column-only',
    rule: 'P3',
    words:
      'A loop over the columns begins with the uncleaned frame each time, so only its last column (image_src) is cleaned.',
    clean: { pin: ['title', 'description', 'tag_list', 'poster_name'].map(kept) },
    columns: ['title', 'description', 'tag_list', 'poster_name'].map((column) => `pin.${column}`),
    example: { record: { title: 'Untitled' }, right: null, wrong: 'Untitled' },
  },
  {
    id: 'null-as-none',
    rule: 'R6',
    words: "The text 'None' stands where NULL should: it is counted, and sorts between names.",
    clean: { pin: all.map(none) },
    columns: all.map((column) => `pin.${column}`),
    example: { record: { title: 'Untitled' }, right: null, wrong: 'None' },
  },
  {
    id: 'poster-punctuation-stripped',
    rule: 'P5',
    words: 'Punctuation is taken out of posters’ names.',
    clean: {
      pin: [
        instead(
          'poster_name',
          "case when k.poster_name_is_sentinel then null else regexp_replace(k.poster_name, '[^A-Za-z0-9 ]', '', 'g') end",
        ),
      ],
    },
    columns: ['pin.poster_name'],
    example: { record: { poster_name: 'Of Life & Lisa' }, right: 'Of Life & Lisa', wrong: 'Of Life  Lisa' },
  },
  save(
    'save-blank-kept',
    "The blank after 'Local save in' stays before the path.",
    'substr(k.save_location, 14)',
    ' /data/art',
  ),
  save('save-untouched', "'Local save in' stays before the path.", 'k.save_location', 'Local save in /data/art'),
  save(
    'save-emptied',
    'The pattern of the save location matches nothing, so all is NULL.',
    'cast(null as string)',
    null,
  ),
  {
    id: 'media-as-boolean',
    rule: 'P7',
    words: 'The kind of media is cast to a boolean, so all of it is NULL.',
    clean: { pin: [['  k.is_image_or_video,', '  cast(null as string) as is_image_or_video,']] },
    columns: ['pin.is_image_or_video'],
    example: { record: { is_image_or_video: 'image' }, right: 'image', wrong: null },
  },
];
