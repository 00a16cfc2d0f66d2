import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { MemoryState, Overlay } from './state.ts';

interface Rows {
  person: { name: string; roles?: string[] };
  key: { person: string };
}

const step = fc.record({
  kind: fc.constantFrom('person', 'key'),
  id: fc.constantFrom('a', 'b', 'c', 'd'),
  row: fc.option(fc.record({ name: fc.string() }), { nil: undefined }),
});

describe('layers of state', () => {
  test.prop([fc.array(step), fc.array(step), fc.array(step)])(
    'reading through layers equals reading after they merged, and equals having had one layer only',
    (below, middle, above) => {
      const [base, flat] = [new MemoryState(), new MemoryState()];
      for (const change of below) base.apply(change);
      for (const change of [...below, ...middle, ...above]) flat.apply(change);
      const group = new Overlay(base);
      for (const change of middle) group.apply(change);
      const command = new Overlay(group);
      for (const change of above) command.apply(change);
      const read = (view: typeof flat | typeof command) =>
        ['person', 'key'].map((kind) => [...view.all(kind)]);
      expect(read(command)).toEqual(read(flat));
      command.mergeInto(group);
      group.mergeInto(base);
      expect(read(base)).toEqual(read(flat));
      for (const id of ['a', 'b', 'c', 'd'])
        expect(command.get('person', id)).toEqual(flat.get('person', id));
    },
  );

  test('a layer that is dropped leaves nothing', () => {
    const base = new MemoryState<Rows>();
    base.put('person', 'a', { name: 'Ada' });
    const dropped = new Overlay<Rows>(base);
    dropped.put('person', 'a', { name: 'Eve' });
    dropped.delete('person', 'a');
    dropped.put('key', 'k', { person: 'a' });
    expect(dropped.get('person', 'a')).toBeUndefined();
    expect([...base.all('person')]).toEqual([['a', { name: 'Ada' }]]);
    expect([...base.all('key')]).toEqual([]);
  });

  test('rows come in the order of their ids, whenever they came', () => {
    const base = new MemoryState<Rows>();
    for (const id of ['c', 'a']) base.put('person', id, { name: id });
    expect([...base.all('person')].map(([id]) => id)).toEqual(['a', 'c']);
    base.put('person', 'b', { name: 'b' });
    const above = new Overlay<Rows>(base);
    above.put('person', '_', { name: '_' });
    expect([...above.all('person')].map(([id]) => id)).toEqual(['_', 'a', 'b', 'c']);
  });

  test('a row edited in place throws', () => {
    const layer = new Overlay<Rows>(new MemoryState<Rows>());
    layer.put('person', 'a', { name: 'Ada', roles: ['engineer'] });
    expect(() => layer.get('person', 'a')?.roles?.push('administrator')).toThrow(TypeError);
  });
});
