/** What changes nothing by its method, in lower case. */
export const READ_METHODS = ['get', 'head', 'options'];

/** Is `METHOD /path` among the patterns of requests that only read? Exact, or by a star at the end. */
export const onlyReads = (patterns: readonly string[], request: string): boolean =>
  patterns.some((one) => (one.endsWith('*') ? request.startsWith(one.slice(0, -1)) : one === request));
