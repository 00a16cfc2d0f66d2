import { IN_TEXT, isSecretPair, isStatement, looksSecret, MARK } from './secrets.ts';

/**
 * Takes secrets out of addresses and words before anything is written (case 72): OAuth codes and tokens, presigned
 * signatures, passwords, keys, user names in addresses, statements, and whatever looks like a random secret, wherever
 * in the address it stands. Pure and small: it runs in every console page, and in the gate page for the address of a
 * request. In doubt it takes out: a lost filter value costs less than a token in a log that nobody can rewrite.
 */

/** The longest address kept, in characters (`actionDetail.page`), and the longest that is looked at. */
const MAX_ADDRESS_LENGTH = 2000;
const MAX_SCANNED_LENGTH = 16_000;

/** A step of a path behind which a one-time code, or the secret part of a webhook, stands. */
const BEFORE_CODE =
  /^(?:reset|invit(?:e|ation)|verify|confirm|magic|token|activat(?:e|ion)|unsubscribe|hooks?|key)(?:[-_][a-z]+)?$|[-_]reset$/i;
/** Chat services that take messages at an address that is itself the secret. */
const HOOK_HOST = /\/\/(?:hooks\.(?:slack|zapier)\.com|[\w-]+\.webhook\.office\.com)$/i;
/** Telegram's bots carry theirs in a step of the path. */
const BOT = /^bot\d+:/;

/** A part of an address in plain text, or as it is where it is badly encoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** Text on one line without the secrets that stand in it. */
function redactText(line: string): string {
  // Double quotes stand around names, too, but some databases take them around values.
  const text = isStatement(line) ? line.replace(/'(?:[^']|'')*'?|"[^"]*"?/g, `'${MARK}'`) : line;
  return IN_TEXT.reduce((rest, place) => rest.replace(place, `$1${MARK}`), text);
}

/** A value is kept, taken out, or, where it carries an address or parameters of its own, kept with those redacted. */
function redactValue(value: string, depth: number): string {
  let plain = decoded(value);
  // Encoded more than once, a secret would pass for something else.
  for (let more = 0; more < 3 && /%[0-9a-f]{2}/i.test(plain); more += 1) plain = decoded(plain);
  plain = plain.replace(/\s+/g, ' ');
  if (isStatement(plain)) return MARK;
  let inner = plain;
  if (/[?&=#]|:\/\/|^\//.test(plain)) inner = depth < 4 ? redactParts(plain, depth + 1) : MARK;
  if (looksSecret(inner) || looksSecret(value) || redactText(inner) !== inner) return MARK;
  return inner === plain ? value : encodeURIComponent(inner);
}

const redactParameters = (text: string, depth: number): string =>
  text.replace(/([^&;=]*)(=?)([^&;]*)/g, (whole, name: string, equals: string, value: string) => {
    if (whole === '') return '';
    if (equals === '') return redactValue(name, depth);
    const safeName = looksSecret(decoded(name)) ? MARK : name;
    return `${safeName}=${isSecretPair(decoded(name), decoded(value)) ? MARK : redactValue(value, depth)}`;
  });

function redactPath(path: string): string {
  let before = '';
  return path
    .split('/')
    .map((step) => {
      const [name = '', ...parameters] = step.split(';');
      const plain = decoded(name);
      const code = (BEFORE_CODE.test(before) && plain.length >= 12 && /\d/.test(plain)) || BOT.test(plain);
      before = plain;
      const secret = code || looksSecret(plain) || looksSecret(name) || redactText(plain) !== plain;
      return [secret ? MARK : name, ...parameters.map((one) => redactParameters(one, 1))].join(';');
    })
    .join('/');
}

/** An address without its origin, or a fragment that is used as one: path ? query # fragment. */
function redactParts(text: string, depth: number): string {
  const [, head = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#([^]*))?$/.exec(text) ?? [];
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(head)?.[0] ?? '';
  const path = head.slice(origin.length);
  if (HOOK_HOST.test(origin)) return `${origin}/${MARK}`;
  const parts = [
    origin.replace(/\/\/[^/]*@/, `//${MARK}@`),
    path.includes('=') && !path.includes('/') ? redactParameters(path, depth) : redactPath(path),
  ];
  if (query !== undefined) parts.push('?', redactParameters(query, depth));
  // Single-page applications keep a second address in the fragment.
  if (fragment !== undefined) parts.push('#', depth < 4 ? redactParts(fragment, depth + 1) : MARK);
  return parts.join('');
}

/**
 * The address without secrets, at most 2,000 characters. Of addresses that are neither http nor https only the
 * scheme is kept; of what is no address at all, nothing.
 */
export function redactAddress(address: string): string {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return '';
  }
  if (!/^https?:$/.test(url.protocol)) return `${url.protocol}${MARK}`;
  return redactParts(withinSight(url.href), 0).slice(0, MAX_ADDRESS_LENGTH);
}

/** The part of an address that is looked at. What is cut in two is left out whole: half a secret has no form. */
function withinSight(href: string): string {
  if (href.length <= MAX_SCANNED_LENGTH) return href;
  const end = Math.max(
    ...['/', '?', '#', '&', ';', '='].map((one) => href.lastIndexOf(one, MAX_SCANNED_LENGTH)),
  );
  return href.slice(0, end + 1) + MARK;
}

/** Words from the page (a title, a name) without what looks like a secret, on one line, at most `most` characters. */
export function redactWords(text: string, most: number): string {
  const line = text
    .slice(0, most * 8)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const safe = redactText(line.replace(/https?:\/\/\S+/g, redactAddress)).replace(/\S+/g, (word) =>
    looksSecret(word) ? MARK : word,
  );
  return (safe.length > most ? `${safe.slice(0, most - 1)}…` : safe).toWellFormed();
}
