import { describe, expect, test } from 'vitest';
import { maxPolicyBytes, parsePolicy, sayProblem } from './parse.ts';

const consoles = `version: 1
consoles:
  grafana:
    name: Grafana
    hosts: [grafana.example.com]
    start: https://grafana.example.com/
`;
const good = `${consoles}groups:
  leads: [cleo]
eligibility:
  - name: one
    who: [ana]
    consoles: [grafana]
    levels: [change]
    durations: [PT15M, PT1H]
    decides: ["group:leads"]
`;
/** The problems of a text, as they are printed. */
const said = (text: string): string[] => {
  const parsed = parsePolicy(text);
  return parsed.ok ? [] : parsed.problems.map((problem) => sayProblem('policy.yaml', problem));
};
/** The one problem after a line of the good file is changed. */
const after = (from: string, to: string): string => {
  expect(good).toContain(from);
  const found = said(good.replace(from, to));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
};

describe('a policy file', () => {
  test('comes out with its defaults, and durations as seconds', () => {
    const parsed = parsePolicy(good);
    if (!parsed.ok) throw new Error(said(good).join('\n'));
    expect(parsed.policy.consoles['grafana']).toEqual({
      name: 'Grafana',
      hosts: ['grafana.example.com'],
      start: 'https://grafana.example.com/',
      mode: 'closed',
      record: 'actions',
      unreachable: 'close',
      maximum: 14_400,
    });
    expect(parsed.policy.eligibility[0]).toMatchObject({ durations: [900, 3_600], decides: ['group:leads'] });
  });

  test('may be all comments below its headings', () => {
    expect(parsePolicy('version: 1\nconsoles:\n  # none yet\ngroups:\neligibility:\n')).toEqual({
      ok: true,
      policy: { version: 1, consoles: {}, groups: {}, eligibility: [] },
    });
  });

  test('syntax: line and field', () => {
    expect(after('version: 1', 'version: 2')).toBe(
      'policy.yaml:1: version: This server reads version 1 of the policy file. Write: version: 1',
    );
    expect(after('    name: Grafana\n', '')).toBe(
      'policy.yaml:3: consoles.grafana.name: This is missing. Write text.',
    );
    expect(after('name: Grafana', 'name: Grafana\n    recrod: times')).toBe(
      'policy.yaml:5: consoles.grafana.recrod: There is no field "recrod" here. Did you mean "record"?',
    );
    expect(after('name: Grafana', 'name: Grafana\n    mode: shut')).toContain(
      'policy.yaml:5: consoles.grafana.mode: This must be one of closed, read-only, watch.',
    );
    expect(after('who: [ana]', 'who: [ana, 12]')).toBe(
      'policy.yaml:11: eligibility[0].who[1]: This must be text. Put it in quotes: "12"',
    );
    expect(after('who: [ana]', 'who: ana')).toContain(
      'eligibility[0].who: This must be a list, such as [one, two].',
    );
    expect(after('who: [ana]', 'who: []')).toContain('Name at least one');
    expect(after('who: [ana]', 'who: [Ana]')).toContain(
      '"Ana" names nobody. Write a handle in small letters',
    );
    expect(after('who: [ana]', 'who: ["role:enginer"]')).toContain('Did you mean "engineer"?');
    expect(after('PT15M', '15m')).toContain(
      'policy.yaml:14: eligibility[0].durations[0]: This is not an ISO 8601',
    );
    expect(after('PT15M', 'PT59S')).toContain('from PT1M to P7D');
    expect(after('decides: ["group:leads"]', 'decides: leads')).toContain('decides: nobody');
    expect(after('decides: ["group:leads"]', 'decides: [nobody]')).toContain(
      'the word alone: decides: nobody',
    );
    expect(said(good.replace('grafana:', 'Grafana:'))).toEqual([
      expect.stringContaining('policy.yaml:3: consoles.Grafana: An id begins'),
      expect.stringContaining('policy.yaml:12: eligibility[0].consoles[0]: There is no console "grafana".'),
    ]);
    expect(after('leads: [cleo]', 'leads: ["group:x"]')).toContain('it holds no other groups');
    expect(after('[grafana.example.com]', '["grafana.example.com:3000"]')).toContain('leave out the port');
    expect(after('start: https://grafana.example.com/', 'start: javascript:alert(1)')).toContain(
      'full address',
    );
    expect(after('start: https://', 'start: https://ana:secret@')).toContain(
      'Leave the user and the password out',
    );
    expect(after('decides:', 'when: { zone: Mars/X }\n    decides:')).toContain(
      'eligibility[0].when.zone: There is no such',
    );
    expect(after('decides:', 'when: { from: "25:00", zone: UTC }\n    decides:')).toContain(
      'Write the time as "08:00"',
    );
    expect(after('decides:', 'when: { from: "08:00", to: "08:00", zone: UTC }\n    decides:')).toContain(
      'window is empty',
    );
    expect(after('name: Grafana', 'name: Grafana\n    pack: grafana')).toContain('one of node-red');
    expect(after('name: Grafana', 'name: Grafana\n    reads: [/api/query]')).toContain('a method and a path');
    expect(after('name: Grafana', 'name: Grafana\n    reads: ["POST /*/query"]')).toContain(
      'at the end of the path only',
    );
  });

  test('what is malformed hides nothing else: all of it is said at once, in file order', () => {
    const text = `version: 1
consoles:
  Bad Id:
    name: X
    hosts: [bad host]
    start: nope
  queue:
    name: Queue
    hosts: [queue.example.com]
    start: https://other.example.com/
  vault:
    name: Vault
    hosts: [vault.example.com]
    start: https://vault.example.com/
    mode: shut
groups:
  "no!": [ana]
  leads: [Cleo]
eligibility:
  - name: broken
    who: [Ana]
    consoles: [queue]
    levels: [change]
    durations: [PT1H]
    decides: nobody
  - name: sound
    who: [group:leads, group:none]
    consoles: [vault, Bad Id, queue, nowhere]
    levels: [change]
    durations: [PT1H, PT15M]
    decides: nobody
`;
    const where = said(text).map((line) => /^policy\.yaml:(\d+: .*?): /.exec(line)?.[1]);
    expect(where).toEqual([
      '3: consoles.Bad Id',
      '5: consoles.Bad Id.hosts[0]',
      '6: consoles.Bad Id.start',
      '10: consoles.queue.start',
      '15: consoles.vault.mode',
      '17: groups.no!',
      '18: groups.leads[0]',
      '21: eligibility[0].who[0]',
      '27: eligibility[1].who[1]',
      '28: eligibility[1].consoles[3]',
      '30: eligibility[1].durations[1]',
    ]);
  });

  test('meaning: line and field', () => {
    expect(after('consoles: [grafana]', 'consoles: [grafna]')).toBe(
      'policy.yaml:12: eligibility[0].consoles[0]: There is no console "grafna". Did you mean "grafana"?',
    );
    expect(after('consoles: [grafana]', 'consoles: [constructor]')).toContain(
      'There is no console "constructor".',
    );
    expect(after('group:leads', 'group:laeds')).toBe(
      'policy.yaml:15: eligibility[0].decides[0]: There is no group "laeds". Did you mean "leads"?',
    );
    expect(after('who: [ana]', 'who: ["group:toString"]')).toContain('An id begins');
    expect(after('who: [ana]', 'who: ["group:constructor"]')).toContain('There is no group "constructor".');
    expect(after('PT1H]', 'PT5H]')).toBe(
      'policy.yaml:14: eligibility[0].durations[1]: PT5H is longer than the maximum of the console "grafana", PT4H. Shorten it, or raise that maximum.',
    );
    expect(after('PT15M, PT1H', 'PT1H, PT15M')).toContain('from the shortest to the longest');
    expect(after('levels: [change]', 'levels: [change, view]')).toContain(
      'policy.yaml:13: eligibility[0].levels[1]: A grant to view "grafana" must know what only reads',
    );
    expect(after('name: Grafana', 'name: Grafana\n    mode: read-only')).toContain(
      'policy.yaml:5: consoles.grafana.mode: read-only must know what only reads',
    );
    expect(after('start: https://grafana.', 'start: https://grafna.')).toContain(
      "policy.yaml:6: consoles.grafana.start: grafna.example.com is not one of this console's hosts (grafana.example.com).",
    );
    const twice = `${good}  - { name: one, who: [ben], consoles: [grafana], levels: [change], durations: [PT5M], decides: nobody }\n`;
    expect(said(twice)).toEqual([
      expect.stringMatching(/^policy.yaml:16: eligibility\[1\].name: There is an eligibility "one"/),
    ]);
  });

  test('an empty list of reads, or a pack, is an answer', () => {
    for (const line of ['reads: []', 'pack: node-red', 'reads: ["POST /api/query", "POST /api/*"]']) {
      expect(said(good.replace('name: Grafana', `name: Grafana\n    mode: read-only\n    ${line}`))).toEqual(
        [],
      );
    }
  });

  test('sites that may send to a console are hosts, and none of a console’s', () => {
    const from = (sites: string) => after('name: Grafana', `name: Grafana\n    also-from: ${sites}`);
    expect(said(good.replace('name: Grafana', 'name: Grafana\n    also-from: [deploy.other.test]'))).toEqual(
      [],
    );
    expect(from('[https://deploy.example.com]')).toContain('policy.yaml:5: consoles.grafana.also-from[0]: ');
    expect(from('[deploy.example.com, "*.example.com"]')).toContain(
      'policy.yaml:5: consoles.grafana.also-from[1]: *.example.com belongs to the console "grafana", and what a console\'s pages send passes anyway.',
    );
  });

  test('a console on a socket cannot be looked at, whatever it reads', () => {
    const socket = 'name: Grafana\n    socket: true\n    reads: []';
    expect(said(good.replace('name: Grafana', socket))).toEqual([]);
    expect(after('name: Grafana', `${socket}\n    mode: read-only`)).toContain(
      'policy.yaml:7: consoles.grafana.mode: read-only must know what only reads: this one works over a WebSocket',
    );
  });

  test.each([
    ['grafana.example.com', 'grafana.example.com belongs to the console "grafana" already'],
    [
      '*.example.com',
      '*.example.com, which overlaps grafana.example.com, belongs to the console "grafana" already',
    ],
  ])('two consoles on one host: %s', (host, why) => {
    const other = `  other: { name: Other, hosts: ["${host}"], start: "https://grafana.example.com/" }\n`;
    expect(said(consoles + other)).toEqual([
      expect.stringContaining(`policy.yaml:7: consoles.other.hosts[0]: ${why}`),
    ]);
  });

  test('every problem is told, in file order', () => {
    const lines = said('version: 3\nconsoles: []\ngroups: 4\neligibility: x\n').map(
      (line) => line.split(':')[1],
    );
    expect(lines).toEqual(['1', '2', '3', '4']);
  });
});

describe('hostile or broken files', () => {
  test('two of one key, two documents, open brackets: refused with the line', () => {
    expect(said('version: 1\nversion: 1\n')[0]).toMatch(/^policy.yaml:2: /);
    expect(said('version: 1\n---\nversion: 1\n')[0]).toMatch(/^policy.yaml:2: /);
    expect(said('version: 1\nconsoles: {\n')[0]).toMatch(/^policy.yaml:\d: /);
  });

  test('case 48: an alias bomb, deep nesting and 40,001 bytes end at once', () => {
    const bomb = [
      'a: &a [x]',
      ...Array.from('bcdefghij').map((c, i) => `${c}: &${c} [${`*${'abcdefghi'[i]},`.repeat(9)}]`),
    ];
    const started = performance.now();
    expect(said(bomb.join('\n'))[0]).toBe(
      'policy.yaml:2: A policy uses no aliases. Write the list out, or name a group.',
    );
    expect(said('['.repeat(maxPolicyBytes))).not.toEqual([]);
    expect(said(`version: 1\nx: ${'['.repeat(15_000)}${']'.repeat(15_000)}`)).not.toEqual([]);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(said(`version: 1 #${'ä'.repeat(20_000)}`)).toEqual([
      'policy.yaml: The policy has 40012 bytes; 40000 fit in an entry of the log. Shorten it.',
    ]);
    expect(said(`version: 1 #${'"'.repeat(maxPolicyBytes - 12)}`)[0]).toContain('too many quotes');
    expect(said(`version: 1\n#${'x'.repeat(maxPolicyBytes - 12)}`)).toEqual([]);
  });

  test('case 49: __proto__, tags, NUL and a lone half of a character are refused, never skipped', () => {
    expect(said('version: 1\nconsoles: { __proto__: {} }')[0]).toContain(
      'policy.yaml:2: This cannot be a name.',
    );
    expect(said('version: !!str 1')[0]).toContain('uses no tags');
    expect(said('version: !js/function 1')[0]).toMatch(/^policy.yaml:1: /);
    expect(said('version: 1\n# \0')).toEqual([
      'policy.yaml:2: There is a hidden character here (U+0000). Delete it, so that the file reads as it works.',
    ]);
    expect(said('# \ud800\nversion: 1')[0]).toContain('U+D800');
  });

  test('case 71: a file that reads other than it works is refused', () => {
    expect(said(good.replace('[ana]', '[\u202Eana]'))[0]).toContain(
      'policy.yaml:11: There is a hidden character here (U+202E).',
    );
    expect(said('version: 1\r\nconsoles:\r\n')).toEqual([]);
  });

  test('an empty file, a lone word and a list', () => {
    expect(said('')).toEqual(['policy.yaml: The policy is empty. It needs at least the line: version: 1']);
    expect(said('# nothing')).toHaveLength(1);
    expect(said('hello')).toEqual(['policy.yaml:1: This must be a block of fields.']);
    expect(said('- version: 1')).toEqual(['policy.yaml:1: This must be a block of fields.']);
  });
});
