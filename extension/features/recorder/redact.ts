/**
 * Takes secrets out of addresses and words before anything is written (case 72): OAuth codes and tokens, presigned
 * signatures, passwords, keys, user names in addresses, and whatever looks like a random secret, wherever in the
 * address it stands. Pure and small: it runs in every console page, and in the gate page for the address of a request.
 * In doubt it takes out: a lost filter value costs less than a token in a log that nobody can rewrite.
 */

/** What stands where a secret stood. */
export const MARK = '***';

/** The longest address kept, in characters (`actionDetail.page`). */
const LONGEST = 2000;

/** Names whose values are secrets, wherever one of these words is part of the name. Without `-`, `_` and `.`. */
const SECRET_PART =
  /passw|pwd|passphrase|secret|token|apikey|accesskey|privatekey|credential|signature|authoriz|sessionid|csrf|xsrf|assertion|saml|bearer|jwt|verifier|challenge|^xamz|^xgoog|^oauth/;
/** Names that are a secret as a whole: OAuth, tickets, and shared access signatures (sv, se, sp …). */
const SECRET_NAME =
  /^(code|state|nonce|sig|hmac|auth|key|keypairid|policy|pass|pw|pin|otp|totp|sid|ticket|invite|sv|se|sp|sr|st|spr|sip|ske|skt|sks|skv|skoid|sktid)$/;
/** Keys of known services, and JSON web tokens. */
const KNOWN_SECRET =
  /(^|[^\w-])(eyJ[\w-]{8,}\.|(gh[a-z]|github_pat|glpat|xox[a-z]|sk|pk|rk|npm|hf|dop_v1)[-_][\w-]{10}|A[KS]IA[0-9A-Z]{12}|AIza[\w-]{20})/;
/** A step of a path behind which a one-time code stands. */
const BEFORE_CODE = /^(reset|invite|invitation|verify|confirm|magic|token|password|activate|unsubscribe)/i;

export const isSecretName = (name: string): boolean => {
  const plain = name.toLowerCase().replace(/[-_.[\]]/g, '');
  return SECRET_PART.test(plain) || SECRET_NAME.test(plain);
};

/** Does a value look like something that a random generator made? Ids of 16 digits, UUIDs and words do not. */
export function looksSecret(value: string): boolean {
  if (KNOWN_SECRET.test(value)) return true;
  // A long run of letters and digits in which small and capital letters and digits mix, or of hexadecimal digits.
  return (value.match(/[\w+/=~-]{20,}/g) ?? []).some((run) =>
    run
      .split(/[/]/)
      .some(
        (part) =>
          /[0-9a-f]{32}/i.test(part) ||
          (part.length >= 20 && /[a-z]/.test(part) && /[A-Z]/.test(part) && /\d/.test(part)) ||
          /[a-z0-9]{28}/i.test(part),
      ),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** A value is kept, taken out, or, where it carries an address or parameters of its own, kept with those redacted. */
function redactValue(value: string, depth: number): string {
  let plain = decoded(value);
  // Encoded more than once, a secret would pass for something else.
  for (let more = 0; more < 3 && /%[0-9a-f]{2}/i.test(plain); more += 1) plain = decoded(plain);
  if (/[?&=#]|:\/\/|^\//.test(plain)) {
    const inner = depth < 4 ? redactParts(plain, depth + 1) : MARK;
    if (inner !== plain) return encodeURIComponent(inner);
  }
  // JSON and the like: a secret's name anywhere in the value takes out the whole.
  return looksSecret(plain) ||
    looksSecret(value) ||
    /["'{,;\s][\w-]*(passw|secret|token|key)[\w-]*["']?\s*[:=]/i.test(` ${plain}`)
    ? MARK
    : value;
}

const redactParameters = (text: string, depth: number): string =>
  text.replace(/([^&;=]*)(=?)([^&;]*)/g, (whole, name: string, equals: string, value: string) => {
    if (whole === '') return '';
    if (equals === '') return redactValue(name, depth);
    const safeName = looksSecret(decoded(name)) ? MARK : name;
    return `${safeName}=${value === '' ? '' : isSecretName(decoded(name)) ? MARK : redactValue(value, depth)}`;
  });

function redactPath(path: string): string {
  let before = '';
  return path
    .split('/')
    .map((step) => {
      const [name = '', ...parameters] = step.split(';');
      const plain = decoded(name);
      const code = BEFORE_CODE.test(before) && plain.length >= 12 && /\d/.test(plain);
      before = plain;
      const kept = code || looksSecret(plain) || looksSecret(name) ? MARK : name;
      return [kept, ...parameters.map((one) => redactParameters(one, 1))].join(';');
    })
    .join('/');
}

/** An address without its origin, or a fragment that is used as one: path ? query # fragment. */
function redactParts(text: string, depth: number): string {
  const [, head = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#([^]*))?$/.exec(text) ?? [];
  const [, origin = '', path = head] = /^([a-z][a-z0-9+.-]*:\/\/[^/]*)([^]*)$/i.exec(head) ?? [];
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
  return redactParts(url.href, 0).slice(0, LONGEST);
}

/** Words from the page (a title, a name) without what looks like a secret, on one line, at most `most` characters. */
export function redactWords(text: string, most: number): string {
  const line = text
    .slice(0, most * 8)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const safe = line.replace(/\S+/g, (word) =>
    looksSecret(word) ? MARK : /^https?:/.test(word) ? redactAddress(word) : word,
  );
  return (safe.length > most ? `${safe.slice(0, most - 1)}…` : safe).toWellFormed();
}
