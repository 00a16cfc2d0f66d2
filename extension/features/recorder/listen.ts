import type { ActionDetail, ActionKind } from '#shared/domain/actions/statements.ts';
import { contentPack } from '../../packs/page.ts';
import type { Gate } from '../../platform/gates.ts';
import type { ContentPack, Meaning } from '../../packs/pack.ts';
import { innermost } from '../../platform/shadow.ts';
import { isOwn, rearmed, type ConsolePage } from '../page/index.ts';
import { describe as named, isControl, MAX_NAME_LENGTH, meant } from './names.ts';
import { HOLD_MS, newRecordId, stamp, writeRecord, type ActionRecord } from '../../platform/record.ts';
import { redactAddress, redactWords } from '../redaction/index.ts';
import { HEARD, typedHere, typedMemory } from './typed.ts';

/** Equal acts closer together than this are one: a storm of events, or one act told by two events. */
const DUPLICATE_MS = 50;
/** What is gathered of a form within this time after it was told belongs to the same sending. */
const SUBMIT_MS = 2_000;

/** A press that has not become a click yet. */
interface Press {
  target: Element;
  at: number;
  trusted: boolean;
  subject: string;
  control: boolean;
}

/** Did a person lately do something in this page? Events that the browser itself sends are trusted even when a script caused them. */
const byPerson = (event: Event): boolean => event.isTrusted && navigator.userActivation.isActive;

/**
 * Records what is done in this page: capture-phase listeners on window, before any of the page's own. `write` takes
 * the first copies; it is `storage.local` unless a test looks.
 */
export function startRecorder(
  console: ConsolePage,
  write: (record: ActionRecord) => unknown = writeRecord,
): void {
  const { signal, top } = console;
  const gate = (): Gate | undefined => console.gate();
  const typed = typedHere(top);
  /** Everything that the page says passes here, so that neither a secret nor what somebody typed goes into the record. */
  const clean = (text: string, plain = false, most = MAX_NAME_LENGTH): string =>
    typed.without(redactWords(text, most), plain);
  const describe = (element: Element): string => named(element, clean);
  const addressOf = (href: string): string => typed.outOf(redactAddress(href));
  const page = (): string => addressOf(location.href);
  let pack: ContentPack | undefined;
  console.onGate((known) => (pack ??= contentPack(known.pack, clean)));
  let recent = { key: '', until: 0 };
  let press: Press | undefined;
  /** The form that was told last, until `until`: its data, gathered again when it is sent, are no second act. */
  let sent: { form: EventTarget | null; until: number } = { form: null, until: 0 };

  /** Writes one record, in the calling handler. Words stay out where the console records times only. */
  function log(
    kind: ActionKind,
    detail: ActionDetail,
    more: Partial<Pick<ActionRecord, 'at' | 'id' | 'trusted' | 'hold' | 'expects' | 'name'>> = {},
  ): void {
    const current = gate();
    if (!current) return;
    const key = JSON.stringify([kind, detail.words, detail.target, more.trusted]);
    const now = Date.now();
    const again = recent.key === key && now < recent.until;
    recent = { key, until: now + DUPLICATE_MS };
    if (again && more.id === undefined) return;
    write({
      id: newRecordId(),
      at: stamp(),
      kind,
      console: current.console,
      session: current.session,
      trusted: true,
      detail,
      ...more,
    });
  }
  const inWords = (): boolean => gate()?.record === 'actions';

  /** The innermost element of an event, behind open and closed shadow roots; undefined for our own elements. */
  function targetOf(event: Event): Element | undefined {
    if (!inWords() || isOwn(event)) return undefined;
    const first = event.composedPath()[0];
    return first instanceof Element ? innermost(first, event) : undefined;
  }

  /** What the pack makes of it is told instead of the event itself. True when there is nothing left to tell. */
  function told(event: Event, target: Element): boolean {
    const meaning: Meaning | 'silent' | undefined = pack?.read(event, target);
    if (meaning === undefined) return false;
    if (meaning === 'silent') return true;
    const { words, target: subject, expects, name } = meaning;
    log(
      'did',
      { words, page: page(), ...(subject === undefined ? {} : { target: subject }) },
      {
        trusted: event.isTrusted,
        ...(expects === undefined ? {} : { expects, hold: Date.now() + HOLD_MS }),
        ...(name === undefined ? {} : { name }),
      },
    );
    return true;
  }

  const act = (
    kind: ActionKind,
    verb: string,
    subject: string,
    more: { trusted: boolean; at?: number },
  ): void => log(kind, { words: `${verb} ${subject}`, target: subject, page: page() }, more);

  /** A press without its click is told when the page took its element away or goes away itself (T20). */
  function tellPress(leaving: boolean): void {
    const { target, subject, trusted, at, control } = press ?? {};
    press = undefined;
    if (!target || subject === undefined || at === undefined) return;
    if (!target.isConnected || control || leaving)
      act('clicked', 'Clicked', subject, { trusted: trusted === true, at });
  }

  const handlers: Record<string, (event: Event) => void> = {
    pointerdown(event) {
      tellPress(false);
      const target = targetOf(event);
      if (!target || (event as PointerEvent).button > 0 || told(event, target)) return;
      const element = meant(target);
      const control = isControl(element);
      press = { target: element, at: stamp(), trusted: event.isTrusted, subject: describe(element), control };
    },
    pointerup() {
      // The click follows in the same task.
      setTimeout(() => tellPress(false));
    },
    pointercancel() {
      // A scroll began; only an element that is gone was an act.
      if (press?.target.isConnected) press = undefined;
      else tellPress(false);
    },
    click(event) {
      const target = targetOf(event);
      const pressed = event.isTrusted ? press : undefined;
      if (event.isTrusted) press = undefined;
      if (!target || told(event, target)) return;
      // With its element gone, the click comes to what lay around it.
      if (pressed && !pressed.target.isConnected) act('clicked', 'Clicked', pressed.subject, pressed);
      else if (target.localName !== 'html' && target.localName !== 'body')
        act('clicked', 'Clicked', describe(meant(target)), { trusted: event.isTrusted });
    },
    dblclick(event) {
      const target = targetOf(event);
      if (target) told(event, target);
    },
    keydown(event) {
      const target = targetOf(event);
      if (target) told(event, target);
    },
    change(event) {
      const target = targetOf(event);
      if (target) act('entered', 'Changed', describe(target), { trusted: byPerson(event) });
    },
    submit: submitted,
    // What a script submits fires no `submit`, but its form data are gathered (T21): by Chromium at once, and again
    // in a later task, when the page leaves.
    formdata(event) {
      if (event.target !== sent.form || Date.now() > sent.until) submitted(event);
    },
    pagehide() {
      tellPress(true);
      if (top && gate()?.record === 'times') log('noted', { words: 'Left the page' });
    },
    pageshow(event) {
      if ((event as PageTransitionEvent).persisted) opened();
    },
  };
  function submitted(event: Event): void {
    sent = { form: event.target, until: Date.now() + SUBMIT_MS };
    const target = targetOf(event);
    if (target) act('submitted', 'Submitted', describe(target), { trusted: byPerson(event) });
  }

  let lastPage = page();
  function navigated(event: NavigateEvent): void {
    if (!event.destination.sameDocument) return tellPress(true);
    const to = addressOf(event.destination.url);
    if (to === lastPage || gate() === undefined || gate()?.record === 'times') return;
    lastPage = to;
    const { origin } = location;
    const place = to.startsWith(origin) ? to.slice(origin.length) : to;
    log('navigated', { words: `Went to ${place}`, page: to }, { trusted: byPerson(event) });
  }

  /** The page with its title, which a page of scripts often sets late. */
  function opened(): void {
    if (!top) return;
    const record = { id: newRecordId(), at: stamp() };
    // What was typed into the page before and sent with its form stands in this one's address.
    const asked = typedMemory();
    for (const [name, value] of new URLSearchParams(location.search))
      if (/^(?:q|query|search|s|term|keywords?|text|find)$/i.test(name)) asked.learn(value);
    let told = '';
    const tell = (): void => {
      const current = gate();
      const mode = current?.record;
      const title = mode === 'actions' ? asked.without(clean(document.title, false, 200)) : '';
      if (!current || told === `.${title}`) return;
      told = `.${title}`;
      const words = mode === 'times' ? 'Opened a page' : `Opened ${title === '' ? 'a page' : `"${title}"`}`;
      const detail = {
        words,
        ...(mode === 'times' ? {} : { page: page() }),
        ...(title === '' ? {} : { title }),
      };
      log('opened', detail, { ...record, hold: record.at + HOLD_MS });
    };
    const once = { once: true, signal };
    addEventListener('DOMContentLoaded', tell, once);
    addEventListener('pagehide', tell, once);
    for (const after of [300, 0.8 * HOLD_MS]) setTimeout(tell, after);
    console.onGate(() => document.readyState !== 'loading' && tell());
    if (document.readyState !== 'loading') tell();
  }

  const safely = (handler: (event: Event) => void) => (event: Event) => {
    try {
      handler(event);
    } catch {
      // A page may hide the methods of its own forms behind fields of that name; one record is lost, not the recorder.
      if (!/^key|input$/.test(event.type)) log('noted', { words: 'An action could not be read' });
    }
  };
  const listeners = Object.entries(handlers).map(([type, handler]) => [type, safely(handler)] as const);
  const hear = safely((event) => {
    if (inWords() && !isOwn(event)) typed.hear(event);
  });
  const navigate = safely((event) => navigated(event as NavigateEvent));
  rearmed(() => {
    for (const type of HEARD) addEventListener(type, hear, { capture: true, passive: true, signal });
    for (const [type, listener] of listeners)
      addEventListener(type, listener, { capture: true, passive: true, signal });
    globalThis.navigation?.addEventListener('navigate', navigate, { signal });
  }, signal);
  if ('prerendering' in document && document.prerendering === true)
    document.addEventListener('prerenderingchange', opened, { once: true, signal });
  else opened();
}
