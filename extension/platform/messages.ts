import type { Code } from '#shared/errors.ts';
import type { Level } from '#shared/domain/primitives.ts';
import type { offers } from '#shared/domain/consoles/wire.ts';
import type { listTemplates } from '#shared/domain/templates/wire.ts';
import type { AnswerOf } from '#shared/wire/route.ts';
import type { GrantView } from '#shared/domain/grants/views.ts';
import type { RequestView } from '#shared/domain/requests/views.ts';

/**
 * What pages say to the worker. There are two kinds of sender. The extension's own pages may ask for things; what
 * runs inside a console's page may only nudge, and only towards closing (cases 40 and 41). The worker checks the
 * sender and the shape (`receive.ts`) and never takes a page's word for what is granted (T29).
 */
export interface PageMessages {
  /** What the form of a console may offer now. */
  offers: {
    input: { console: string };
    output: AnswerOf<typeof offers>;
  };
  /** `seconds` as offered; `address` is the one first asked for (redacted by the worker), or empty. */
  ask: {
    input: {
      console: string;
      level: Level;
      seconds: number;
      justification: string;
      ticket: string;
      address: string;
      /** The running grant that should get more time, or empty. */
      extends: string;
    };
    output: { request: RequestView };
  };
  /** What the form of a console can be filled in from. */
  templates: { input: { console: string }; output: AnswerOf<typeof listTemplates> };
  'save-template': { input: { request: string; name: string }; output: AnswerOf<typeof listTemplates> };
  'delete-template': {
    input: { console: string; template: string };
    output: AnswerOf<typeof listTemplates>;
  };
  withdraw: { input: { request: string }; output: { request: RequestView } };
  /** Opens the window of the server's origin where the touch happens; `Status.activating` while it is open. */
  activate: { input: { request: string }; output: Done };
  /** Ends a running grant: the console shuts at once, whether or not the server can be told. */
  end: { input: { grant: string }; output: { grant?: GrantView } };
  /** After the hosts were granted: makes the key and claims. Then watch `Status.pairing`. */
  pair: { input: { server: string; ticket: string }; output: { code: string } };
  /** What the person says to `Status.anotherLog`: pair with the log that it shows, or leave everything as it was. */
  'another-log': { input: { shown: string; take: boolean }; output: Done };
  /** Forgets the pairing in this browser. Consoles stay shut as the last list says. */
  unpair: { input: object; output: Done };
  /** Fetches the state anew and answers when it is in `Status`. */
  refresh: { input: object; output: Done };
  /** Looks again which hosts are allowed; answers with the match patterns still missing. */
  permissions: { input: object; output: { missing: string[] } };
}
type Done = { ok: true };

/** From inside a console's page. */
export interface ConsoleMessages {
  /** New `act:` records wait in storage. */
  drain: { input: object; output: Done };
  /**
   * May this console show now? The worker answers from the lease it holds, so a list left over from before a restart
   * opens nothing (T8). `open` speaks of access by grant.
   */
  check: { input: { console: string }; output: { open: boolean } };
  /** This page’s browser has a network again. */
  online: { input: object; output: Done };
  /** The person ended the grant of this console from its strip. */
  'end-here': { input: { console: string }; output: Done };
  /** A form in a frame of a console that may only be looked at was stopped; its tab's strip is to say so. */
  stopped: { input: { console: string; what: string }; output: Done };
  /** A page that may only be looked at has loaded; what of it was stopped is to be told. */
  looked: { input: object; output: Done };
  /** The page fights our elements (T35). */
  tampered: { input: { console: string; times: number }; output: Done };
}

export type PageType = keyof PageMessages;
export type ConsoleType = keyof ConsoleMessages;
export type Messages = PageMessages & ConsoleMessages;
export type MessageType = keyof Messages;

/** What travels back. */
export type Answer<T> = { ok: true; value: T } | { ok: false; code: Code; sentence: string; field?: string };
