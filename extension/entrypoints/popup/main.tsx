import '#shared/ui/tokens.css';
import '#shared/ui/base.css';
import { render } from 'preact';
import { Popup } from '../../ui/popup/Popup.tsx';

const app = document.getElementById('app');
if (app) render(<Popup />, app);
