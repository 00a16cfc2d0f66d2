import type { RequestPack } from './pack.ts';

/** Node-RED's admin API. `POST /settings/user` are the editor's own preferences, sent by itself at first load. */
export const nodeRedRequests: RequestPack = {
  // Its sign-in, by password or by a provider that answers with a form, its sign-out, and the editor's preferences.
  reads: ['POST /auth/token', 'POST /auth/strategy/callback', 'POST /auth/revoke', 'POST /settings/user'],
  read(method, path, name) {
    const [, noun = '', object = '', verb = ''] = /^\/(\w+)(?:\/([^/?]+))?(?:\/([^/?]+))?/.exec(path) ?? [];
    const called = name === '' ? object : `"${name}"`;
    switch (`${method} ${noun}`) {
      case 'POST flows':
        return object === 'state' ? 'Changed the state of the flows' : 'Deployed flows';
      case 'POST inject':
        return `Triggered inject ${called}`;
      case 'POST debug':
        return `Switched ${verb === 'disable' ? 'off' : 'on'} debug ${called}`;
      case 'POST flow':
        return 'Added a flow';
      case 'PUT flow':
        return `Changed flow ${called}`;
      case 'DELETE flow':
        return `Deleted flow ${called}`;
      case 'POST nodes':
        return 'Installed nodes';
      case 'PUT nodes':
        return `Switched nodes ${called}`;
      case 'DELETE nodes':
        return `Removed nodes ${called}`;
      case 'DELETE context':
        return 'Deleted a value from the context store';
      case 'POST library':
        return 'Saved to the library';
      case 'POST settings':
        return '';
      default:
        return undefined;
    }
  },
};
