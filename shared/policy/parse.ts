import {
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml';
import { utf8 } from '#shared/bytes.ts';
import type { z } from 'zod';
import { checkPolicy, type PolicyFault } from './check.ts';
import { checkPartly } from './partly.ts';
import { policySchema, type Policy } from './schema.ts';
import { sayInput } from './words.ts';

/** Bytes of a policy file at most: its whole text must fit one entry of the log, 65,535 bytes of JSON. */
export const maxPolicyBytes = 40_000;
/** Bytes of the text as JSON, where quotes, backslashes and line ends take two; the rest is for the entry around it. */
export const maxJsonBytes = 60_000;

export interface Problem {
  /** from 1; 0 where the file as a whole is meant */
  line: number;
  column: number;
  /** such as `eligibility[0].consoles[1]`; empty where no field is meant */
  field: string;
  /** sentences that say what is wrong and what to do */
  message: string;
}

export type Parsed = { ok: true; policy: Policy } | { ok: false; problems: Problem[] };

/** A problem of the file as a whole. */
export const wholeFile = (message: string): Problem => ({ line: 0, column: 0, field: '', message });

/**
 * The policy that a file's text means, or every problem found, in file order. Pure, so that whoever reads the
 * text out of the log comes to the same policy. A text with any problem is refused whole.
 * @param also further faults of a well-formed policy, for whoever takes a new one
 */
export function parsePolicy(text: string, also: (policy: Policy) => PolicyFault[] = () => []): Parsed {
  const bytes = utf8(text).length;
  if (bytes > maxPolicyBytes) {
    return bad([
      wholeFile(`The policy has ${bytes} bytes; ${maxPolicyBytes} fit in an entry of the log. Shorten it.`),
    ]);
  }
  if (utf8(JSON.stringify(text)).length > maxJsonBytes) {
    return bad([
      wholeFile('The policy has too many quotes and line ends to fit in an entry of the log. Shorten it.'),
    ]);
  }
  const lines = new LineCounter();
  const hidden = hiddenCharacters(text);
  if (hidden.length > 0) return bad(hidden);
  let document: Document.Parsed;
  try {
    document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      version: '1.2',
      uniqueKeys: true,
    });
  } catch (error) {
    // 40,000 brackets exhaust the parser's stack; everything else is its own fault and must be seen.
    if (!(error instanceof RangeError)) throw error;
    return bad([wholeFile('The policy is nested too deeply to be read.')]);
  }
  const place = (offset: number, field: string, message: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col, field, message };
  };
  const broken = [...document.errors, ...document.warnings].map(({ pos, message }) =>
    place(pos[0], '', sentence(message)),
  );
  if (broken.length > 0) return bad(broken);
  const tricks = unwelcome(document).map(([node, message]) => place(offsetOf(node), '', message));
  if (tricks.length > 0) return bad(tricks);
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
    return bad([wholeFile('The policy is empty. It needs at least the line: version: 1')]);
  }
  const value: unknown = document.toJS();
  const parsed = policySchema.safeParse(value, { error: sayInput });
  const faults = parsed.success
    ? [...checkPolicy(parsed.data), ...also(parsed.data)]
    : [...parsed.error.issues.map(faultOf), ...checkPartly(value, also)];
  if (parsed.success && faults.length === 0) return { ok: true, policy: parsed.data };
  const problems = faults.map(({ path, message }) => place(offsetAt(document, path), sayPath(path), message));
  return bad(problems.sort((a, b) => a.line - b.line || a.column - b.column));
}

/** `policy.yaml:14: eligibility[0].consoles[1]: There is no console "grafna". Did you mean "grafana"?` */
export function sayProblem(file: string, { line, field, message }: Problem): string {
  return `${file}${line ? `:${line}` : ''}: ${field ? `${field}: ` : ''}${message}`;
}

function faultOf(issue: z.core.$ZodIssue): PolicyFault {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  return { path: [...path, ...unknown], message: issue.message };
}

const bad = (problems: Problem[]): Parsed => ({ ok: false, problems });

/** Characters that a reviewer of the file would not see, or would see elsewhere than where they are. */
function hiddenCharacters(text: string): Problem[] {
  // Control characters but tab and line ends, bidirectional controls, and halves of a character.
  const found = /[^\t\n\r\P{Cc}]|[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]|\p{Cs}/u.exec(text);
  if (!found) return [];
  const before = text.slice(0, found.index).split('\n');
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const message = `There is a hidden character here (U+${code}). Delete it, so that the file reads as it works.`;
  return [{ line: before.length, column: (before.at(-1)?.length ?? 0) + 1, field: '', message }];
}

/** YAML that makes a policy mean other than it reads, or grow when it is read. */
function unwelcome(document: Document.Parsed): [Node, string][] {
  const found: [Node, string][] = [];
  visit(document, {
    Alias: (_, node) => {
      found.push([node, 'A policy uses no aliases. Write the list out, or name a group.']);
    },
    Node: (_, node) => {
      if (node.tag !== undefined) found.push([node, `A policy uses no tags. Leave out ${node.tag}.`]);
    },
    Pair: (_, pair) => {
      if (isScalar(pair.key) && pair.key.value === '__proto__')
        found.push([pair.key, 'This cannot be a name. Choose another.']);
    },
  });
  return found;
}

const offsetOf = (node: Node): number => node.range?.[0] ?? 0;

/**
 * Where to point for a path: at the value if it stands on its own, at its key if it is a block or missing within,
 * and at the innermost part of the path that the file has.
 */
function offsetAt(document: Document.Parsed, path: readonly (string | number)[]): number {
  let node: unknown = document.contents;
  let offset = document.contents ? offsetOf(document.contents) : 0;
  for (const step of path) {
    if (isSeq(node)) {
      node = node.items[Number(step)];
      if (isNode(node)) offset = offsetOf(node);
      continue;
    }
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === step)
      : undefined;
    if (!pair || !isScalar(pair.key)) return offset;
    node = pair.value;
    offset = isScalar(node) && node.value !== null ? offsetOf(node) : offsetOf(pair.key);
  }
  return offset;
}

const sayPath = (path: readonly (string | number)[]): string =>
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text ? `${text}.${step}` : step),
    '',
  );

/** The YAML parser's messages, as sentences. */
const sentence = (message: string): string => (/[.!?]$/.test(message) ? message : `${message}.`);
