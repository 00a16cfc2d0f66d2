import { Refusal } from '#shared/errors.ts';
import type { Handlers, Sender } from '../../platform/receive.ts';
import { tellPage } from '../../platform/tabs.ts';
import { consoleOf } from '../access/index.ts';
import { countBlocked } from '../blocked/index.ts';
import { connect, heartbeat, refreshState } from '../connection/index.ts';
import { openTabAtGate, reconcile } from '../gate/index.ts';
import { checkHosts } from '../hosts/index.ts';
import { left } from '../leases/index.ts';
import { checkManaged } from '../managed/index.ts';
import { drain } from '../outbox/index.ts';
import { answerAnotherLog, askRelease, pair, unpair } from '../pairing/index.ts';
import { activate, ask, end, showOffers, withdraw } from '../requests/index.ts';
import { removeTemplate, saveAsTemplate, templatesOf } from '../templates/index.ts';
import { consoleInfo, gated, shutReasonHere, state } from '../state/index.ts';

const done = { ok: true } as const;

/** What each message does, once the state is loaded and the sender and shape are judged (`receive.ts`). */
export function makeHandlers(ready: Promise<void>): Handlers {
  const handlers: Handlers = {
    async offers(input, sender) {
      mayFrame(input.console, sender);
      return showOffers(input);
    },
    async ask(input, sender) {
      mayFrame(input.console, sender);
      return ask(input);
    },
    async templates(input, sender) {
      mayFrame(input.console, sender);
      return templatesOf(input);
    },
    async 'save-template'(input, sender) {
      mayFrame(consoleOfRequest(input.request), sender);
      return saveAsTemplate(input);
    },
    async 'delete-template'(input, sender) {
      mayFrame(input.console, sender);
      return removeTemplate(input);
    },
    async withdraw({ request }, sender) {
      mayFrame(consoleOfRequest(request), sender);
      return withdraw({ request });
    },
    async activate({ request }, sender) {
      mayFrame(consoleOfRequest(request), sender);
      return activate({ request });
    },
    async end({ grant }, sender) {
      mayFrame(state.run.grants.find(({ id }) => id === grant)?.console.id, sender);
      const { [grant]: told } = await end([grant]);
      return told ? { grant: told } : {};
    },
    async pair(input, sender) {
      if (sender.framedIn !== undefined) throw new Refusal('forbidden');
      return pair(input);
    },
    async 'another-log'({ shown, take }, sender) {
      if (sender.framedIn !== undefined) throw new Refusal('forbidden');
      await answerAnotherLog(shown, take);
      return done;
    },
    async unpair(_, sender) {
      if (sender.framedIn !== undefined) throw new Refusal('forbidden');
      await unpair();
      return done;
    },
    async refresh() {
      // Firefox says nothing when its policy comes late.
      await checkManaged();
      await refreshState();
      await heartbeat();
      // A server that was left may be away for longer than anybody waits.
      void askRelease();
      return done;
    },
    async permissions() {
      await checkHosts();
      await reconcile();
      return { missing: [...state.run.missing] };
    },
    async drain() {
      await drain();
      return done;
    },
    async check({ console }) {
      return { open: holds(console) };
    },
    async online() {
      await connect();
      await heartbeat();
      return done;
    },
    async 'end-here'({ console }, sender) {
      from(console, sender);
      // A grant to change may run beside one to look.
      const held = state.run.held.filter(({ lease }) => lease.console === console);
      if (held.length > 0) await end(held.map(({ lease }) => lease.grant));
      return done;
    },
    async looked() {
      await countBlocked(true);
      return done;
    },
    async stopped({ console, what }, sender) {
      from(console, sender);
      if (sender.tab !== undefined) await tellPage(sender.tab, { what, exact: true });
      return done;
    },
    async tampered({ console }, sender) {
      from(console, sender);
      if (sender.tab !== undefined) await openTabAtGate(sender.tab);
      return done;
    },
  };
  // A message may have woken the worker: what it knew comes first.
  return Object.fromEntries(
    Object.entries(handlers).map(([type, handle]) => [
      type,
      async (input: never, sender: Sender) => {
        await ready;
        return handle(input, sender);
      },
    ]),
  ) as Handlers;
}

/** Our form is framed in a page of its console, and speaks for that console alone (case 42). */
function mayFrame(console: string | undefined, { framedIn }: Sender): void {
  if (framedIn === undefined) return;
  if (console === undefined || consoleOf(gated(), framedIn)?.id !== console) throw new Refusal('forbidden');
}

/** A page of a console speaks for that console alone. */
function from(console: string, { frame }: Sender): void {
  if (consoleOf(gated(), frame ?? '')?.id !== console) throw new Refusal('forbidden');
}

const consoleOfRequest = (request: string) => state.run.requests.find(({ id }) => id === request)?.console.id;

function holds(console: string): boolean {
  const info = consoleInfo(console);
  return (
    info !== undefined &&
    shutReasonHere(info) === undefined &&
    state.run.held.some((held) => held.lease.console === console && left(held, info.unreachable) > 0)
  );
}
