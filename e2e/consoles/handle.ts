/** One line of a console's own access log: the outside witness of what reached it. */
export type Access = {
  /** Milliseconds since 1970. */
  at: number;
  kind: 'request' | 'ws-open' | 'ws-close' | 'sse-open' | 'sse-close';
  method: string;
  /** The Host header, such as `harbour.localhost:4100`. */
  host: string;
  /** Path and query as they came. */
  url: string;
  /** `sec-fetch-*`, origin, referer and content-type, where they were sent. */
  headers: Record<string, string>;
};

/** A stream that is open now; `heard` counts what the browser has said over it. */
export type OpenSocket = { kind: 'ws' | 'sse'; url: string; openedAt: number; heard: number };

/** A console that runs on loopback under any `*.localhost` host. */
export type ConsoleHandle = {
  port: number;
  /** `origin('harbour.localhost')` is `http://harbour.localhost:4100`. */
  origin: (host: string) => string;
  /** Grows while the console runs; `clear` empties it in place. */
  log: Access[];
  sockets: () => OpenSocket[];
  clear: () => void;
  stop: () => Promise<void>;
};
