import canonicalize from 'canonicalize';

/** Canonical JSON (RFC 8785). */
export function canonical(value: object): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('this value has no canonical JSON');
  return text;
}

/**
 * Parses JSON that must be its own canonical form: canonical(parse(text)) = text. So there is one spelling of every
 * signed object, and duplicate keys, odd numbers and escapes cannot hide a second meaning. Throws on anything else.
 */
export function parseCanonical(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || canonical(value) !== text)
    throw new SyntaxError('not canonical JSON');
  return value;
}
