// One phrase per line. A blank before a phrase is part of the phrase.
const list = (phrases: string): readonly string[] => phrases.slice(1).split('\n');

export const TITLE_OPENERS = list(`
How to Make a
The Prettiest
My Favourite
A Beginner's Guide to the
12 Ways to Try the
7 Ideas for the
Step by Step:
Why We Love the
Before & After:
An Easy
The Complete
25 Takes on the`);

export const TITLE_CLOSERS = list(`
 for Small Budgets
 You Can Finish Today
 | Free Printable
 - Save This for Later
 (With Pictures)
 That Always Works
 for the Whole Family
 in Under an Hour
, Explained Simply
 Everyone Asks About`);

/** Title endings that are not ASCII. */
export const TITLE_FLOURISHES = list(`
 ✨
 – “so simple”
 à la maison
 fürs Wochenende
 🌿🕯️
 — пошагово
 (идеи и советы)
 με απλά βήματα
 ❤️ à faire
, déjà vu?
 … así de fácil
 für zuhause 🏡`);

export const SHORT_TITLES = ['Glow', 'Calm', 'Mood board', 'Noël', 'Slow days', 'Yes!', 'Идея', 'Φως ✨'];

export const OPENING_SENTENCES = list(`
We tried this on a rainy afternoon and it came out better than planned.
Looking for something new? Start here.
This one took us a weekend, two cups of tea and a lot of patience.
Save this for later, you will be glad you did.
"Simple is best", as my grandmother used to say.
Everything you need is probably in the cupboard already.
Here is the version that finally worked for us.
A quick look at what changed, what stayed, and what it cost.
Full list of materials, sizes and timings below.
Not sure where to begin? These five notes help.`);

export const MIDDLE_SENTENCES = list(`
 It needs little space, little money and no special tools.
 Ask for the "soft" finish, not the glossy one.
 Measure twice, cut once, and leave it overnight.
 The colours are sage, clay, bone and a touch of rust.
 Swap any step for what you have at hand.
 Works for 2, 4 or 12 people; the amounts are in the notes.
 Kids can help from step three on.
 We kept the total under 40, including delivery.
 The second photo shows it in daylight, the third by candle.
 Done in 30 minutes, cleaned up in five.
 I would do it again, only larger.
 Tested by readers in flats, houses, boats and one lighthouse.`);

export const CLOSING_SENTENCES = list(`
 More on the blog.
 #inspo #ideas #weekend
 Tell me how yours turned out!
 Enjoy, and share the result.
 #handmade #slowliving
 Link in profile, as always.
 Pattern, list & video inside.
 Have fun!`);

/** Description endings that are not ASCII. */
export const DESCRIPTION_FLOURISHES = list(`
 ✨🌙
 — “the best one yet” 💛
 Très facile à refaire!
 Очень просто и красиво.
 Πολύ εύκολο και όμορφο!
 Schön, günstig & schnell gemacht.
 👩‍🎨 made with love ❤️
 ¡Qué bonito quedó!`);

export const SHORT_DESCRIPTIONS = ['Art.', 'Love it', 'Ideas', 'so good 😍', 'Read more', 'Noël, noël'];

export const POSTER_ENDINGS = list(`
 Studio
 Home Stories
 & Co.
 Crafts
 Atelier
's Notebook
 Living & Making
 Kitchen Table
 Design House
 Journal
 Collective
 at Home, Every Day
, Maker
 Papers`);

export const POSTER_TAGLINES = list(`
 | Easy Ideas for Every Day
 | Home & Garden
 | Travel Notes
 | Style on a Budget
 | Crafts, Recipes, Printables
 | Slow Living Blog
 | Learn & Play`);

export const POSTER_FLOURISHES = [
  ' ✨',
  ' 🌿',
  ' Café',
  ' Déco',
  ' Möbel',
  ' “Handmade”',
  ' · Идеи',
  ' · Ιδέες',
  ' ｍａｇａｚｉｎｅ',
  ' 🎨🖌️',
];

export const ONE_CHARACTER_POSTERS = ['Ω', 'Я', 'é', 'K', '7', 'ß'];
