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
                  Your first key is enrolled. Keep a second one in another place, so that losing one does not
                  lock you out.
                </p>
              </Stack>
              <AddKey
                onAdded={() => {
                  say('Both keys are enrolled.');
                  leave();
                }}
              />
            </Stack>
          )}
        </Loaded>
      </Card>
      {skipping && (
        <Dialog
          title="Continue with one key?"
          onClose={() => setSkipping(false)}
          actions={
            <Row end>
              <Button kind="quiet" onClick={leave}>
                Continue with one key
              </Button>
              <Button kind="primary" onClick={() => setSkipping(false)}>
                Add a second key
              </Button>
            </Row>
          }
        >
          <Banner kind="warn">
            {hasRole('administrator')
              ? 'If you lose this key or it breaks, nobody can sign in as administrator. The only way back is a command on the server’s host, which is logged and shown in every later verification.'
              : 'If you lose this key or it breaks, you cannot sign in, approve or start anything until an administrator resets your keys.'}
          </Banner>
          <p>You can add one later on your own page, under your name.</p>
        </Dialog>
      )}
    </Stage>
  );
}
