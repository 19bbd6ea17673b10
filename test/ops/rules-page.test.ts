import { rulesPage } from '../../ops/rules-page';

test('a rule has its words, its reason and its examples on the page', () => {
  const page = rulesPage();
  expect(page).toContain('\n### P9: A save location is a path\n');
  expect(page).toContain(
    '| `foreign_record` | reason | [R3](#r3-a-record-is-an-object-of-its-own-feed-with-a-key) | Besides the key, the record has no column',
  );
  expect(page).toContain(
    '| pin | `{"save_location":"Local save in /data/art"}` | `{"save_location":"/data/art","findings":"","outcome":"clean"}` |',
  );
  expect(page).toContain('| `{"country":" \\u00a0Peru\\t\\n"}` |');
});
