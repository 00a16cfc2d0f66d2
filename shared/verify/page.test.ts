import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { base64url } from '#shared/bytes.ts';
import { DEEPEST } from '#shared/log/codec.ts';
import { ask, withdrawal } from '#shared/domain/requests/statements.ts';
import { batch } from '#shared/domain/actions/statements.ts';
import { end } from '#shared/domain/grants/statements.ts';
import { schemas } from '#shared/domain/entries.ts';
import { STATES_A_FILE, detailLine, manifest, stateLine } from '#shared/evidence/format.ts';
import { ENTRY_BYTES } from '#shared/log/merkle/bundle.ts';
import { TILE_WIDTH } from '#shared/log/merkle/tiles.ts';
import { MOST_SIGNATURES } from '#shared/log/note/note.ts';
import { formatDuration } from '#shared/policy/duration.ts';
import { maxJsonBytes, maxPolicyBytes } from '#shared/policy/parse.ts';
import { ceiling, longestKept, shortest, shortestKept } from '#shared/policy/schema.ts';
import { statements } from '#shared/domain/statements.ts';
import { slack } from '#shared/domain/rights/standing.ts';
import { longestWait } from '#shared/domain/dual-control/rules.ts';
import { touchWaits } from '#shared/domain/succession/rules.ts';
import { writing } from './touches.ts';

/** The tables of docs/log-format.md, from which a stranger writes a verifier, say what the code does. */
const page = readFileSync(new URL('../../docs/log-format.md', import.meta.url), 'utf8');

/** The rows of the tables under a heading, each as its cells. */
function tableUnder(heading: string): string[][] {
  const [, rest] = page.split(new RegExp(`^#+ ${heading}$`, 'm'));
  if (rest === undefined) throw new Error(`the page has no ${heading}`);
  const [section = ''] = rest.split(/^#+ /m);
  return section
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\| *:?-/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    )
    .filter(([first]) => first !== '' && !/^(?:type|kind|fields|limit|must hold)$/i.test(first ?? ''));
}

/** What stands in backquotes. */
const quoted = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

interface Json {
  type?: string;
  const?: string | number;
  enum?: string[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  maxItems?: number;
  items?: Json;
  properties?: Record<string, Json>;
  required?: string[];
  anyOf?: Json[];
  oneOf?: Json[];
}
const schemaOf = (of: z.ZodType): Json => z.toJSONSchema(of, { unrepresentable: 'any' }) as Json;

/** The fields of an object as the page lists them: `field`, `field`? where it may be absent. */
const fieldsOf = ({ properties = {}, required = [] }: Json): string[] =>
  Object.keys(properties).map((name) => (required.includes(name) ? name : `${name}?`));

const range = (min = 0, max?: number): string =>
  max === undefined
    ? `${min} or more`
    : min === max
      ? `${min}`
      : min === 0
        ? `at most ${max}`
        : `${min} to ${max}`;

/** A form in the words of the page. */
function formOf(of: Json): string {
  const choices = of.anyOf ?? of.oneOf;
  if (choices) return choices.map(formOf).join(' or ');
  if (of.const === '') return 'empty';
  if (of.const !== undefined) return `\`${of.const}\``;
  if (of.enum) return of.enum.map((word) => `\`${word}\``).join(', ');
  if (of.type === 'array')
    return of.minItems === undefined && of.maxItems === undefined
      ? `list of: ${formOf(of.items ?? {})}`
      : `${range(of.minItems, of.maxItems)} of: ${formOf(of.items ?? {})}`;
  if (of.type === 'object') return 'object';
  if (of.type === 'boolean') return 'boolean';
  if (of.type === 'integer') return `integer from ${of.minimum ?? (of.exclusiveMinimum ?? 0) + 1}`;
  if (of.pattern === base64url.source)
    return of.minLength === of.maxLength
      ? `base64url of ${Math.floor(((of.maxLength ?? 0) * 3) / 4)} bytes`
      : `base64url of ${range(of.minLength, of.maxLength)} characters`;
  const length =
    of.minLength === undefined && of.maxLength === undefined
      ? ''
      : `text of ${range(of.minLength, of.maxLength)} characters`;
  if (of.pattern !== undefined) return [`\`${of.pattern}\``, length].filter((part) => part !== '').join(', ');
  return length === '' ? 'text' : length;
}

/** Each field of an object and of those within it, with its form. */
function* formsIn(of: Json): Generator<[string, string]> {
  for (const choice of of.anyOf ?? of.oneOf ?? []) yield* formsIn(choice);
  if (of.type === 'array') yield* formsIn(of.items ?? {});
  for (const [name, field] of Object.entries(of.properties ?? {})) {
    const form = formOf(field);
    if (!(name === 'type' && field.const !== undefined)) yield [name, form];
    yield* formsIn(field);
  }
}
const everything: z.ZodType[] = [
  ...Object.values(schemas),
  ...Object.values(statements),
  ask,
  withdrawal,
  end,
  batch,
  manifest,
  detailLine,
  stateLine,
];

/** Fields whose form the tables of types describe: objects, and the words that tell objects apart. */
const describedElsewhere = (form: string): boolean => /\bobject\b/.test(form) || /^`[^`^]*`$/.test(form);

test('the types of entries have the fields of their table', () => {
  const rows = tableUnder('Types of entries').filter(([, body]) => body !== undefined);
  const told = rows.map(([type, body = '']) => {
    // What stands in braces are the fields of an object, and words in parentheses what a field may say.
    const own = body.replaceAll(/\{[^}]*\}|\([^)]*\)|\[[^\]]*\]/g, '');
    const fields = [...own.matchAll(/`(\w+)`(\??)/g)].map(([, name = '', optional = '']) => name + optional);
    return [quoted(type)[0], fields.sort()];
  });
  const known = Object.entries(schemas).map(([name, body]) => [
    name.replace('/1', ''),
    fieldsOf(schemaOf(body)).sort(),
  ]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(known));
});

test('statements have the fields of their table, and those that all of them have', () => {
  const common = ['type', 'log', 'nonce', 'expires', 'head'];
  const byPerson = ['actor', 'credential'];
  const told = tableUnder('Statements and touches').map(([type, fields = '']) => [
    quoted(type)[0],
    quoted(fields.replaceAll(/\{[^}]*\}/g, '')).sort(),
  ]);
  const known = Object.entries(statements).map(([type, statement]) => [
    type,
    fieldsOf(schemaOf(statement))
      .filter((name) => !common.includes(name) && !byPerson.includes(name))
      .sort(),
  ]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(known));
  for (const [type, statement] of Object.entries(statements))
    expect(fieldsOf(schemaOf(statement)), type).toEqual(
      expect.arrayContaining(type === 'sign-in' ? common : [...common, ...byPerson]),
    );
});

test('fields have the forms of their table', () => {
  const known = new Set<string>();
  for (const schema of everything)
    for (const [name, form] of formsIn(schemaOf(schema)))
      if (!describedElsewhere(form)) known.add(`${name}: ${form}`);
  const told = tableUnder('Forms').flatMap(([fields, form = '']) =>
    quoted(fields).map((name) => `${name}: ${form}`),
  );
  expect(told.sort()).toEqual([...known].sort());
});

test('limits are those of their table', () => {
  const span = (milliseconds: number): string => formatDuration(milliseconds / 1000);
  const known = [
    ENTRY_BYTES,
    DEEPEST,
    maxPolicyBytes,
    maxJsonBytes,
    `${formatDuration(shortest)} to ${formatDuration(ceiling)}`,
    `${formatDuration(shortestKept)} to ${formatDuration(longestKept)}`,
    span(writing),
    span(touchWaits),
    span(longestWait),
    span(slack),
    MOST_SIGNATURES,
    TILE_WIDTH,
    STATES_A_FILE,
  ];
  expect(tableUnder('Limits').map(([, value]) => value)).toEqual(known.map(String));
});

/** The reasons in a source file, `…` for what is filled in. */
function reasonsIn(source: string): string[] {
  return [...source.matchAll(/\b(?:mustHold|Contradiction|CannotJudge)\(/g)].flatMap((call) => {
    const argument = lastArgument(source, call.index + call[0].length);
    if (!/^['`]/.test(argument)) return [];
    return [argument.slice(1, -1).replaceAll(/\$\{[^}]*\}/g, '…')];
  });
}

function lastArgument(source: string, from: number): string {
  let [depth, quote, argument, last] = [1, '', '', ''];
  for (let at = from; depth > 0; at++) {
    const character = source.charAt(at);
    if (quote === '' && character === ',' && depth === 1) {
      if (argument.trim() !== '') last = argument;
      argument = '';
      continue;
    }
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (`'"\``.includes(character)) quote = character;
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
    if (depth > 0) argument += character;
  }
  return (argument.trim() === '' ? last : argument).trim();
}

describe('what must hold', () => {
  const folders = [new URL('.', import.meta.url), new URL('../domain/', import.meta.url)];
  const known = new Set(
    folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
        .flatMap((name) => reasonsIn(readFileSync(new URL(name, folder), 'utf8'))),
    ),
  );
  const sections = [
    'Every entry',
    'Touches',
    'Keys',
    'People and browsers',
    'Requests, grants and sessions',
    'Acts and keys of the log',
  ];
  const told = new Set(
    sections.flatMap((heading) => tableUnder(heading).flatMap(([, reason]) => quoted(reason))),
  );

  test('every rule of the program stands on the page', () => {
    expect(known.size).toBeGreaterThan(100);
    expect([...known].filter((reason) => !told.has(reason))).toEqual([]);
  });

  test('every rule of the page is one of the program', () => {
    expect([...told].filter((reason) => !known.has(reason))).toEqual([]);
  });
});
