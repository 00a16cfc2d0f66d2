import { Card, Stage } from '#shared/ui/index.ts';
import { wire } from '#shared/wire/index.ts';
import { TouchPanel } from '../parts/TouchPanel.tsx';
import { usePage } from '../parts/usePage.ts';
import { api } from '../state/api.ts';
import { about } from '../state/me.ts';
import { signInStatement } from '../touch/statements.ts';
import { touch } from '../touch/touch.ts';
import { useTouch } from '../touch/useTouch.ts';

/** Signs in with one touch; the key itself says whose it is. The address stays, so the link somebody followed opens next. */
export function SignIn({ onSignedIn }: { onSignedIn: () => Promise<void> }) {
  usePage('Sign in');
  const touching = useTouch();
  const signIn = (): void => {
    void touching.run(async (signal) => {
      const draft = await api(wire.prepareSignIn, { body: {} });
      await api(wire.signIn, { body: { touch: await touch(signInStatement(draft), signal) } });
      await onSignedIn();
    });
  };
  return (
    <Stage foot={`${about.value?.log ?? ''} · no username, no password: your key says who you are`}>
      <Card>
        <h1>Sign in</h1>
        <TouchPanel
          touching={touching}
          idle="Plug in a key that is enrolled here."
          done="Signed in."
          action="Sign in with your key"
          onTouch={signIn}
        />
      </Card>
    </Stage>
  );
}
