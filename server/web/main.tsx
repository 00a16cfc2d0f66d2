import '#shared/ui/tokens.css';
import '#shared/ui/base.css';
import { render } from 'preact';
import { App } from './App.tsx';
import { keepTitle } from './state/inbox.ts';
import { followNotifications } from './state/notifications.ts';

keepTitle();
followNotifications();
const root = document.getElementById('app');
if (root) render(<App />, root);
