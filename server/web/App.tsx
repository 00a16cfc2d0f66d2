import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { LocationProvider, Route, Router, useLocation } from 'preact-iso/router';
import { Boundary, Skeleton, Stage } from '#shared/ui/index.ts';
import { wire } from '#shared/wire/index.ts';
import { Frame } from './parts/Frame.tsx';
import { Failure } from './parts/Loaded.tsx';
import { Activate } from './pages/Activate.tsx';
import { Consoles } from './pages/Consoles.tsx';
import { Enrol } from './pages/Enrol.tsx';
import { InboxPage } from './pages/Inbox.tsx';
import { Live } from './pages/Live.tsx';
import { Log } from './pages/Log.tsx';
import { MePage } from './pages/Me.tsx';
import { NotFound } from './pages/NotFound.tsx';
import { NotSetUp } from './pages/NotSetUp.tsx';
import { Pair } from './pages/Pair.tsx';
import { People } from './pages/People.tsx';
import { Recover } from './pages/Recover.tsx';
import { RequestPage } from './pages/Request.tsx';
import { SecondKey } from './pages/SecondKey.tsx';
import { SessionPage } from './pages/Session.tsx';
import { Sessions } from './pages/Sessions.tsx';
import { SignIn } from './pages/SignIn.tsx';
import { api, refreshMe } from './state/api.ts';
import { watchInbox } from './state/inbox.ts';
import { about, me, signedOut } from './state/me.ts';
import { connect, listen } from './state/stream.ts';
import { useResource } from './state/useResource.ts';
import { pinned } from './verify/pins.ts';

/** A new page starts at its top, and the keyboard and the screen reader with it. */
function arrive(): void {
  window.scrollTo(0, 0);
  document.getElementById('main')?.focus({ preventScroll: true });
}

/** Reads who is here. Nobody being signed in is an answer, not a failure. */
async function lookAround(): Promise<true> {
  about.value = await api(wire.about, {});
  // At first sight and not at the first Verify: the sooner it is pinned, the more a later change can show.
  pinned(localStorage, about.value);
  if (!about.value.setUp) signedOut();
  else await refreshMe();
  return true;
}

function SignedIn() {
  const person = me.value?.person.id;
  const { path } = useLocation();
  useEffect(() => {
    const leaving = new AbortController();
    connect(leaving.signal);
    const stopInbox = watchInbox();
    const stopMe = listen((topics) => {
      if (topics.some((topic) => topic === '*' || topic === 'people')) void refreshMe();
    });
    return () => {
      leaving.abort();
      stopInbox();
      stopMe();
    };
  }, [person]);
  return (
    <Frame>
      <Boundary key={path}>
        <Router onRouteChange={arrive}>
          <Route path="/" component={InboxPage} />
          <Route path="/requests/:id" component={RequestPage} />
          <Route path="/live" component={Live} />
          <Route path="/sessions" component={Sessions} />
          <Route path="/sessions/:id" component={SessionPage} />
          <Route path="/consoles" component={Consoles} />
          <Route path="/people" component={People} />
          <Route path="/log" component={Log} />
          <Route path="/recover" component={Recover} />
          <Route path="/me" component={MePage} />
          <Route path="/pair" component={Pair} />
          <Route default component={NotFound} />
        </Router>
      </Boundary>
    </Frame>
  );
}

function Home() {
  const looked = useResource('about', lookAround);
  if (looked.problem !== undefined && me.value === undefined)
    return (
      <Stage>
        <Failure problem={looked.problem} onRetry={looked.refetch} />
      </Stage>
    );
  if (about.value?.setUp === false) return <NotSetUp />;
  if (me.value === null) return <SignIn onSignedIn={refreshMe} />;
  if (me.value === undefined)
    return (
      <Stage>
        <Skeleton />
      </Stage>
    );
  return <SignedIn />;
}

/** The windows that need no sign-in. They are no routes of the router: a nested one would lose the address. */
const apart: Record<string, ComponentType> = {
  '/setup': Enrol,
  '/enrol': Enrol,
  '/second-key': SecondKey,
  '/activate': Activate,
};

function Page() {
  const { path } = useLocation();
  const Apart = apart[path] ?? Home;
  return <Apart />;
}

export function App() {
  return (
    <LocationProvider>
      <Page />
    </LocationProvider>
  );
}
