import type { Column, DirtyGeoFacts, DirtyPinFacts, DirtyUserFacts } from './dirty-row';

/** The columns whose value may be unknown: all but the key and the pin's unique_id. */
export const PIN_COLUMNS: Readonly<Record<string, Column<DirtyPinFacts>>> = {
  title: { isText: true },
  description: { isText: true },
  poster_name: {
    forget: (facts) => {
      facts.posterName = null;
    },
    rename: (facts, name) => {
      facts.posterName = name;
    },
    isText: true,
  },
  follower_count: {
    forget: (facts) => {
      facts.followers = null;
    },
    isText: true,
  },
  tag_list: { isText: true },
  is_image_or_video: { isText: true },
  image_src: { isText: true },
  downloaded: {},
  save_location: { isText: true },
  category: {
    forget: (facts) => {
      facts.category = null;
    },
    isText: true,
  },
};

export const GEO_COLUMNS: Readonly<Record<string, Column<DirtyGeoFacts>>> = {
  timestamp: {
    forget: (facts) => {
      facts.postedAt = null;
    },
    isText: true,
  },
  latitude: {},
  longitude: {},
  country: {
    forget: (facts) => {
      facts.country = null;
    },
    rename: (facts, name) => {
      facts.country = name;
    },
    isText: true,
  },
};

export const USER_COLUMNS: Readonly<Record<string, Column<DirtyUserFacts>>> = {
  first_name: {
    forget: (facts) => {
      facts.firstName = null;
    },
    rename: (facts, name) => {
      facts.firstName = name;
    },
    isText: true,
  },
  last_name: {
    forget: (facts) => {
      facts.lastName = null;
    },
    rename: (facts, name) => {
      facts.lastName = name;
    },
    isText: true,
  },
  age: {
    forget: (facts) => {
      facts.age = null;
    },
  },
  date_joined: {
    forget: (facts) => {
      facts.joinedAt = null;
    },
    isText: true,
  },
};
