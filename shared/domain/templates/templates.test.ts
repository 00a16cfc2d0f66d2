import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#shared/bytes.ts';
import {
  type Beginning,
  someHash,
  type Tale,
  type Tell,
  tellBeginning,
  told,
} from '../../../server/testing/forged-log.ts';

let world: Beginning;
beforeAll(async () => {
  world = await tellBeginning();
});
afterAll(() => world.server.remove());

const saved = (tale: Tale, { ana }: Beginning, of: { person?: string; template?: string } = {}) => {
  const { request } = tale.ask(ana, tale.pair(ana));
  const template = of.template ?? newId();
  tale.write('template.saved', { template, person: of.person ?? ana.id, request, name: someHash() });
  return template;
};
const deleted = (tale: Tale, template: string, person: string) =>
  tale.write('template.deleted', { template, person });

test('a template that was saved and deleted holds', async () => {
  const { entries } = told(world, (tale, of) => void deleted(tale, saved(tale, of), of.ana.id));
  expect((await world.log.verify(await world.log.seal(entries))).verdict.state).toBe('ok');
});

test.each<[string, Tell, RegExp]>([
  [
    'of another person’s request',
    (tale, of) => void saved(tale, of, { person: of.ben.id }),
    /the request was of somebody else/,
  ],
  [
    'of a request that is not there',
    (tale, { ana }) =>
      void tale.write('template.saved', {
        template: newId(),
        person: ana.id,
        request: newId(),
        name: someHash(),
      }),
    /there is no request/,
  ],
  [
    'by somebody who is disabled',
    (tale, of) => {
      const { request } = tale.ask(of.ana, tale.pair(of.ana));
      tale.disable(of.bea, of.ana.id);
      tale.write('template.saved', { template: newId(), person: of.ana.id, request, name: someHash() });
    },
    /was not active then/,
  ],
  [
    'saved twice',
    (tale, of) => void saved(tale, of, { template: saved(tale, of) }),
    /there is a template .* already/,
  ],
  [
    'deleted by somebody else',
    (tale, of) => void deleted(tale, saved(tale, of), of.ben.id),
    /the template is of somebody else/,
  ],
  [
    'deleted twice',
    (tale, of) => {
      const template = saved(tale, of);
      deleted(tale, template, of.ana.id);
      deleted(tale, template, of.ana.id);
    },
    /the template was deleted before/,
  ],
])('a template %s: red', async (_, tell, reason) => world.log.expectRed(told(world, tell), reason));
