/** Text, numbers, true and false; what is null or undefined is left out. */
export type Props = Record<string, string | number | boolean | null | undefined>;

/** What can be counted without being asked for, and switched off. */
export type Automatic = "engagement" | "outbound" | "downloads" | "forms" | "404";

export interface Options {
  /** The address of your Django-Tracking, or a path of your own that a proxy leads there. */
  host: string;
  /** The key of the site. */
  site: string;
  /** What is not counted by itself. */
  off?: readonly Automatic[];
  /** File extensions that are downloads, instead of the usual ones. */
  downloads?: readonly string[];
  /** 404 on a page that says so, where the browser cannot tell. */
  status?: number;
  /** The part behind # is the page when it begins with / or !. */
  hash?: boolean;
  /** No view is counted unless view() is called. */
  manual?: boolean;
  /** Only these paths are counted; * is anything within a part of the path, ** anything. */
  include?: readonly string[];
  /** These paths are not counted. */
  exclude?: readonly string[];
  /** Properties of everything that is counted, or a function that returns them. */
  props?: Props | (() => Props | undefined);
  /** Counts nobody who asks for it by Do Not Track or Global Privacy Control. */
  respectDnt?: boolean;
  /** Counts also where the page is shown inside another page. */
  iframe?: boolean;
}

export interface Revenue {
  amount: number;
  /** Three letters, as in ISO 4217. */
  currency: string;
}

export interface EventDetails {
  props?: Props;
  revenue?: Revenue;
  /** False for an event that says nothing about the visitor being there. */
  interactive?: boolean;
}

export interface ViewDetails {
  /** The address to count instead of the one in the address bar; may be relative. */
  url?: string;
  /** What the page is called, instead of the document's title. */
  title?: string;
  props?: Props;
}

/** Counts this page from now on; where a tracker does that already, joins it. Once is enough. */
export function init(options: Options): void;

/** Counts an event. May be called before init(). */
export function track(name: string, details?: EventDetails): void;

/** Counts a view. Needed with `manual` only; other views are counted by themselves. */
export function view(details?: ViewDetails): void;
