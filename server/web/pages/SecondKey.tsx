import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { Banner, Button, Card, Dialog, Row, Stack, Stage } from '#shared/ui/index.ts';
import { AddKey } from '../parts/AddKey.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { usePage } from '../parts/usePage.ts';
import { refreshMe } from '../state/api.ts';
import { hasRole, me } from '../state/me.ts';
import { say } from '../state/toasts.ts';
import { useResource } from '../state/useResource.ts';
import { SignIn } from './SignIn.tsx';

async function whoAmI(): Promise<true> {
  if (!me.value) await refreshMe();
  return true;
}

/** After the first key: the second, because one key alone is one loss away from being locked out. */
export function SecondKey() {
  usePage('Second key');
  const { route } = useLocation();
  const [skipping, setSkipping] = useState(false);
  const looked = useResource('me', whoAmI);
  const leave = (): void => route('/', true);
  if (me.value === null) return <SignIn onSignedIn={refreshMe} />;
  return (
    <Stage>
      <Card
        footer={
          <Button kind="quiet" onClick={() => setSkipping(true)}>
            Skip for now
          </Button>
        }
      >
        <Loaded from={looked} lines={4}>
          {() => (
            <Stack>
              <Stack gap={1}>
                <h1>Add a second key</h1>
                <p>
                  Your first key is enrolled. Keep a second one somewhere else, so that losing one does not
                  lock you out.
                </p>
              </Stack>
              <AddKey
                onAdded={() => {
                  say('Two keys are enrolled.');
                  leave();
                }}
              />
            </Stack>
          )}
        </Loaded>
      </Card>
      {skipping && (
        <Dialog
          title="Go on with one key?"
          onClose={() => setSkipping(false)}
          actions={
            <Row end>
              <Button kind="quiet" onClick={leave}>
                Go on with one key
              </Button>
              <Button kind="primary" onClick={() => setSkipping(false)}>
                Add a second key
              </Button>
            </Row>
          }
        >
          <Banner kind="warn">
            {hasRole('administrator')
              ? 'If this key is lost or breaks, nobody can sign in as administrator. The way back is a command on the server’s own host; it is logged, and every later verdict names it.'
              : 'If this key is lost or breaks, you cannot sign in, decide or start anything until an administrator resets your keys.'}
          </Banner>
          <p>You can add one later under your name.</p>
        </Dialog>
      )}
    </Stage>
  );
}
