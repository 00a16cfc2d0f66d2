import { newId } from '#shared/bytes.ts';
import { call } from '#shared/wire/client.ts';
import { wire } from '#shared/wire/index.ts';
import type { Person } from './person.ts';
import { commitmentTo, detail } from './soft-browser.ts';

/** What an administrator proposes to erase, and how to touch it. */
export function erasure(entries: number[], why = 'Asked for by ana') {
  const reason = detail(why);
  const fields = { act: newId(), entries, reason: commitmentTo(reason) };
  const touchOf = (person: Person) => person.touch('erasure', fields);
  return {
    ...fields,
    propose: async (person: Person) =>
      call(person.send, wire.proposeAct, { body: { touch: await touchOf(person), reason } }),
    confirm: async (person: Person) =>
      call(person.send, wire.confirmAct, {
        params: { act: fields.act },
        body: { touch: await touchOf(person) },
      }),
    withdraw: (person: Person) =>
      call(person.send, wire.withdrawAct, { params: { act: fields.act }, body: {} }),
  };
}
