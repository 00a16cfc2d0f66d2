/**
 * What counts as a secret: names whose values are, forms of keys, statements that set passwords, and what a random
 * generator makes. The forms of keys are a subset of the rules of gitleaks (MIT, © 2019 Zachary Rice) and secretlint
 * (MIT, © 2020 azu): those that the rule for random values does not catch by itself.
 */

/** What stands where a secret stood. */
export const MARK = '***';

/** Parts of names that are followed by a secret, in addresses as in text. */
const PART =
  'passw(?!ords)|pass-?(?:phrase|code)|pwd|(?:secret|token)(?!s|i[sz])|credential|cookie(?!s)|csrf|xsrf|jwt|authoriz|sess(?:ion)?[-_.]?id|' +
  '(?:api|access|private|account|auth|sign(?:ing)?|encryption|master|shared|storage|license)[-_. ]?key';
const SECRET_PART = new RegExp(
  `${PART}|signature|assertion|saml|bearer|verifier|challenge|^xamz|^xgoog|^oauth`,
);
/** Such a name speaks about the secret: `password_policy`, `token_type`. */
const ABOUT = /(?:name|type|polic(?:y|ies)|count|length|ttl|expir\w*|limit|enabled|method|status)$/;
/** Last words of names: `gitlab_pat`, `connect.sid`, `user_session`. */
const SECRET_END =
  /(?:^|[^a-z])(?:pat|pass|pw|pin|t?otp|nonce|sid|cookies|sess(?:ion)?|creds?|sig|hmac|sql(?:[-_](?:query|text))?|stmt|statement)$/;
/** Names that are secrets where OAuth, tickets and shared access signatures use them, and ordinary elsewhere. */
const AMBIGUOUS =
  /^(?:code|state|auth|key|keypairid|policy|ticket|invite|s(?:[veprt]|pr|ip|k[etsv]|koid|ktid))$/;
/** Values that no generator makes: `state=running`, `code=404`, `ticket=OPS-1234`. */
const ORDINARY = /^(?:[a-z]{1,12}|\d{1,3}|[A-Z]{2,8}-\d{1,6})$/;

/** Does `name=value` give a secret away by its name? `value` is decoded. */
export function isSecretPair(name: string, value: string): boolean {
  if (/^(?:|true|false|null|\d\d?)$/.test(value)) return false;
  const spaced = name.replace(/([a-z])(?=[A-Z])/g, '$1-').toLowerCase();
  const plain = spaced.replace(/[-_.[\]]/g, '');
  if (AMBIGUOUS.test(plain)) return !ORDINARY.test(value) || (plain === 'code' && !/^\d+$/.test(value));
  return SECRET_END.test(spaced) || (SECRET_PART.test(plain) && !ABOUT.test(plain));
}

/** Forms of keys, by what they begin with. Each stands at the start of a word. */
export const KEY_FORMS: readonly string[] = [
  'eyJ[\\w-]{8,}\\.',
  'gh[oprsu]_\\w{10}',
  'gl(?:pat|[dfr]t|cbt|imt|oas|soat|ptt)-[\\w-]{10}',
  'x(?:ox[a-z]|app)-\\w',
  '[prs]k_(?:live|test|prod)_\\w{10}',
  'sk-(?:(?:proj|admin|ant|or)-[\\w-]{10}|[a-zA-Z\\d]{20})',
  '(?:hf|api_org|npm|gsk|pplx|dckr_pat|do[opr]_v1|shp(?:at|ca|pa|ss)|lin_api|gl(?:sa|c)|sntry[su]|ntn)[-_]\\w{20}',
  'SG\\.[\\w-]{10,}\\.\\w',
  'A(?:KIA|SIA|BIA|CCA|3T[A-Z\\d])[A-Z\\d]{16}',
  'tskey-[a-z]+-\\w',
  'NR(?:AK|II|JS)-[\\w-]{19}',
  'API-[A-Z\\d]{26}',
  'A3-[A-Z\\d]{6}-[A-Z\\d]{6}',
];
export const KNOWN = new RegExp(`(?:^|[^\\w-])(?:${KEY_FORMS.join('|')})`);

/** Made of words and numbers, whatever its length: `Payments-Overview-2024-EU`, `CloudFormationStackDrift`. */
const isNatural = (run: string): boolean =>
  run
    .split(/[-_+=~]+/)
    .every((part) => /^(?:[a-z]*(?:[A-Z]+[a-z]{2,})*|[A-Z]+[a-z]?)\d{0,4}$|^\d{1,10}(?:T\d+Z?)?$/.test(part));

const isRandom = (part: string): boolean =>
  part.length >= 20 &&
  (/[0-9a-f]{32}|[a-z0-9]{28}/i.test(part) ||
    (/[a-z]/.test(part) && /[A-Z]/.test(part) && /\d/.test(part))) &&
  !isNatural(part);

/** Does a value look like a key, or like something that a random generator made? Short ids, UUIDs and words do not. */
export function looksSecret(value: string): boolean {
  // Encoded, a slash would join what stands beside it; some consoles write it as $2F, or $252F.
  return KNOWN.test(value) || value.split(/%[\da-f]{2}|\$(?:25)?2F|[^\w+=~-]+/i).some(isRandom);
}

/** A secret's name with what stands between it and its value, then the value, quoted or as it comes. */
const named = (between: string, value: string): RegExp =>
  new RegExp(
    `((?<![\\w:.-])[\\w.-]{0,40}(?:${PART}|(?<![a-z])(?:pat|session)(?==))[\\w.-]{0,20}["'\\]]{0,2}${between})(?:"[^"]*"?|'[^']*'?|${value})`,
    'gi',
  );

/** Each is a place in a line of text at which a secret stands, behind what is kept of it. */
export const IN_TEXT: readonly RegExp[] = [
  /()-----BEGIN[^-]{0,40}PRIVATE KEY.*/g,
  // A user and password before a host, of any scheme.
  /([a-z][a-z\d+.-]{0,20}:\/\/)[^\s/?#]{1,300}(?=@)/gi,
  named(' ?(?:=>?|:=) ?', '[^\\s&;]+'),
  // Behind a colon it may have several words, up to what parts a title.
  named(' ?: ?', '(?:(?! [-–—|·•] )[^,;])+'),
  new RegExp(`(--[\\w-]{0,30}(?:${PART})[\\w-]{0,20} )[^\\s-]\\S*`, 'gi'),
  /((?:passw(?:or)?d|pwd|secret|token|identified (?:by|with \S{1,40} (?:by|as))(?: values| password)?) (?:= )?)(?:'(?:[^']|'')*'?|"[^"]*"?)/gi,
  /(identified by )(?!password|values|['"])\S+/gi,
  /(\bbearer )(?!tokens?\b|auth)\S{4,}/gi,
  /(\b[Bb]asic )(?=\S{0,200}(?:\d|=|[a-z][A-Z]))[\w+/=-]{8,}/g,
];

const STATEMENT =
  /^[\s(;]*(?:explain\s+)?(?:select\s.*\sfrom|(?:insert|merge)\s+into|update\s.*\sset|delete\s+from|(?:create|alter|drop)\s+(?:user|role|login|database|table)|grant\s.*\sto|set\s+password|exec(?:ute)?\s)/i;

/** Is it a statement of a database with a value in it? Its literals are nobody's to keep. */
export const isStatement = (text: string): boolean =>
  STATEMENT.test(text) && /['"=;*(]|identified\s+by/i.test(text);
