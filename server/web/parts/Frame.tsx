import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { Banner, Button, Shell, ToastRegion, useToasts, type NavigationItem } from '#shared/ui/index.ts';
import { wire } from '#shared/wire/index.ts';
import { api, sentenceOf } from '../state/api.ts';
import { inbox } from '../state/inbox.ts';
import { hasRole, me, signedOut } from '../state/me.ts';
import { stream } from '../state/stream.ts';
import { said, say } from '../state/toasts.ts';
import { LogHealth } from './LogHealth.tsx';
import styles from './parts.module.css';

function placesFor(waiting: number): NavigationItem[] {
  const places: (NavigationItem | false)[] = [
    { href: '/', label: 'Inbox', icon: 'check', count: waiting },
    hasRole('approver', 'auditor', 'administrator') && { href: '/live', label: 'Live', icon: 'eye' },
    { href: '/sessions', label: 'Sessions', icon: 'clock' },
    { href: '/consoles', label: 'Consoles', icon: 'console' },
    hasRole('approver', 'auditor', 'administrator') && { href: '/people', label: 'People', icon: 'users' },
    hasRole('auditor', 'administrator') && { href: '/log', label: 'Log', icon: 'log' },
  ];
  return places.filter((place) => place !== false);
}

/** The place that an address belongs to: `/requests/…` is reached from the inbox. */
export function placeOf(path: string): string {
  if (path.startsWith('/requests/')) return '/';
  if (path === '/pair') return '/me';
  if (path === '/recover') return '/log';
  const [, first = ''] = path.split('/');
  return `/${first}`;
}

function signOut(): void {
  api(wire.signOut, { body: {} }).then(signedOut, (error: unknown) => say(sentenceOf(error), 'danger'));
}

function Account() {
  const live = stream.value === 'live';
  return (
    <div class={styles['account']}>
      <a class={styles['who']} href="/me" title={live ? 'Connected' : 'Not connected'}>
        <span class={styles['dot']} data-on={live || undefined} />
        <span>
          <bdi>{me.value?.person.handle}</bdi>
          <span class="cs-sr">, your keys and browsers{live ? '' : ', not connected'}</span>
        </span>
      </a>
      <Button kind="quiet" size="s" onClick={signOut}>
        Sign out
      </Button>
    </div>
  );
}

/** A blip is no news: the notice comes after three seconds without a connection. */
function Reconnecting() {
  const crowded = stream.value === 'crowded';
  const lost = stream.value === 'lost' || crowded;
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(lost), lost ? 3000 : 0);
    return () => clearTimeout(timer);
  }, [lost]);
  return (
    <div role="status">
      {shown && (
        <div class={styles['notice']}>
          <Banner kind="warn">
            {crowded
              ? 'You have too many Countersign pages open, so this one is not updating. Close some; it retries within a minute.'
              : 'Reconnecting. This page may be a few moments out of date.'}
          </Banner>
        </div>
      )}
    </div>
  );
}

/** What stands around every page of somebody signed in. */
export function Frame({ children }: { children: ComponentChildren }) {
  const { path } = useLocation();
  const { toasts, say: show, dismiss } = useToasts();
  const note = said.value;
  useEffect(() => {
    if (note) show(note.words, note.kind);
  }, [note, show]);
  return (
    <>
      <Shell
        places={placesFor(inbox.value.data?.toDecide.length ?? 0)}
        current={placeOf(path)}
        account={<Account />}
      >
        <Reconnecting />
        <LogHealth />
        {children}
      </Shell>
      <ToastRegion toasts={toasts} onDismiss={dismiss} />
    </>
  );
}
