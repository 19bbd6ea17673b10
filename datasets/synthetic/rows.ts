import { type Dataset, sourceColumn } from '../schema';
import { CATEGORIES } from './categories';
import type { JsonValue } from './contract';
import { followerText } from './followers';
import type { LatentPost } from './latent-post';
import { type Random, STREAMS, scramble } from './random';
import { drawDescription, drawTags, drawTitle } from './texts';
import { isoText } from './times';

/** A row on the wire, columns in the source table's order. */
export type WireRow = Record<string, JsonValue>;

const [NO_TITLE] = sentinelsOf('title');
const [NO_DESCRIPTION, NO_STORY_DESCRIPTION, UNTITLED] = sentinelsOf('description');
const [POSTER_ERROR] = sentinelsOf('poster_name');
const [NO_COUNT] = sentinelsOf('follower_count');
const [NO_TAGS] = sentinelsOf('tag_list');
const [NO_IMAGE] = sentinelsOf('image_src');
const HEX_2 = Array.from({ length: 0x100 }, (_, i) => (i + 0x100).toString(16).slice(1));
const HEX_4 = Array.from({ length: 0x10000 }, (_, i) => (i + 0x10000).toString(16).slice(1));

/** Writes posts as the rows that the three source tables hold. */
export class RowWriter implements Readonly<Record<Dataset, (post: LatentPost) => WireRow>> {
  private readonly idSalt: number;

  constructor(private readonly random: Random) {
    this.idSalt = random.at(STREAMS.uniqueId, 0).next();
  }

  pin(post: LatentPost): WireRow {
    const category = (CATEGORIES[post.category] as (typeof CATEGORIES)[number]).name;
    const image = this.image(post);
    // A near repeat has the title and description of the post before it, but is a different pin.
    const isNearRepeat = post.key > 0 && this.random.oneIn(2, 100);
    const texts = this.random.at(STREAMS.text, isNearRepeat ? post.key - 1 : post.key);
    const title = drawTitle(texts, post.category);
    const description = drawDescription(texts, post.category);
    const tags = drawTags(texts, post.category);
    return {
      index: post.key,
      unique_id: this.uniqueId(post.key),
      title: post.group === 'unreadable' ? NO_TITLE! : title,
      description: writeDescription(post, description),
      poster_name: post.posterName ?? POSTER_ERROR!,
      follower_count: post.followers === null ? NO_COUNT! : followerText(post.followers),
      tag_list: post.hasTags ? tags : NO_TAGS!,
      is_image_or_video: isStory(post) ? 'multi-video(story page format)' : post.group,
      image_src: image ?? NO_IMAGE!,
      downloaded: image === null ? 0 : 1,
      save_location: `Local save in /data/${category}`,
      category,
    };
  }

  geo(post: LatentPost): WireRow {
    const { latitude, longitude, country } = post.person;
    return { ind: post.key, timestamp: isoText(post.postedAt), latitude, longitude, country };
  }

  user(post: LatentPost): WireRow {
    const { firstName, lastName, age, joinedAt } = post.person;
    return { ind: post.key, first_name: firstName, last_name: lastName, age, date_joined: isoText(joinedAt) };
  }

  /** A UUID of version 4. Its first 32 bits are the scrambled key, so no two posts share one. */
  private uniqueId(key: number): string {
    const random = this.random.at(STREAMS.uniqueId, key + 1);
    const middle = random.next();
    const end = random.next();
    const version = HEX_4[0x4000 | (middle & 0x0fff)];
    const variant = HEX_4[0x8000 | (end & 0x3fff)];
    const first = hex32(scramble(key ^ this.idSalt));
    return `${first}-${HEX_4[middle >>> 16]}-${version}-${variant}-${HEX_4[end >>> 16]}${hex32(random.next())}`;
  }

  private image(post: LatentPost): string | null {
    const random = this.random.at(STREAMS.image, post.key);
    if (post.group === 'unreadable' || post.group === 'story without picture') return null;
    const start = random.next();
    const name = hex32(start) + hex32(random.next()) + hex32(random.next()) + hex32(random.next());
    const folder = `originals/${HEX_2[start >>> 24]}/${HEX_2[(start >>> 16) & 0xff]}/${HEX_2[(start >>> 8) & 0xff]}`;
    if (post.group !== 'image') return `https://images.example/videos/thumbnails/${folder}/${name}.0000001.jpg`;
    const kind = random.below(1000);
    const ending = kind < 820 ? 'jpg' : kind < 990 ? 'png' : kind < 995 ? 'webp' : 'gif';
    return `https://images.example/${folder}/${name}.${ending}`;
  }
}

/** The error texts of a pin's column, in the order of the schema. */
function sentinelsOf(column: string): readonly string[] {
  return sourceColumn('pin', column).sentinels ?? [];
}

function isStory(post: LatentPost): boolean {
  return post.group !== 'image' && post.group !== 'video';
}

function writeDescription(post: LatentPost, text: string): string {
  if (isStory(post)) return NO_STORY_DESCRIPTION!;
  if (post.description === 'missing') return NO_DESCRIPTION!;
  return post.description === 'untitled' ? UNTITLED! : text;
}

function hex32(bits: number): string {
  return (HEX_4[bits >>> 16] as string) + HEX_4[bits & 0xffff];
}
