import type { z } from 'zod';
import { suggest } from './suggest.ts';

type Issue = Parameters<z.core.$ZodErrorMap>[0];

/**
 * The sentence for what a field's type alone shows: missing, of another kind, not one of a set. Fields that know
 * better say so themselves in the schema.
 */
export function sayInput(issue: Issue): string | undefined {
  if (issue.code === 'invalid_type') return sayType(issue.expected, issue.input);
  if (issue.code === 'invalid_value') return sayChoice(issue.values.map(String), issue.input);
  return undefined;
}

const kinds: Record<string, string> = {
  string: 'text',
  array: 'a list, such as [one, two]',
  object: 'a block of fields',
  record: 'a block of names, each with a colon',
  number: 'a number',
};

function sayType(expected: string, input: unknown): string {
  const wanted = kinds[expected] ?? expected;
  if (input === undefined || input === null) return `This is missing. Write ${wanted}.`;
  const plain = typeof input === 'number' || typeof input === 'boolean';
  return `This must be ${wanted}.${plain && expected === 'string' ? ` Put it in quotes: "${input}"` : ''}`;
}

function sayChoice(known: string[], input: unknown): string {
  const rule = `This must be one of ${known.join(', ')}.`;
  return typeof input === 'string' ? `${rule}${suggest(input, known)}` : rule;
}
