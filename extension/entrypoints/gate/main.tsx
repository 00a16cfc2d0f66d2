import '#shared/ui/tokens.css';
import '#shared/ui/base.css';
import { render } from 'preact';
import { GatePage } from '../../ui/GatePage.tsx';

const app = document.getElementById('app');
if (app) render(<GatePage framed={window.top !== window} stopped={location.search === '?stopped'} />, app);
