import '#shared/ui/tokens.css';
import '#shared/ui/base.css';
import { render } from 'preact';
import { App } from './App.tsx';
import { keepTitle } from './state/inbox.ts';

keepTitle();
const root = document.getElementById('app');
if (root) render(<App />, root);
