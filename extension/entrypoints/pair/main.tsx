import '#shared/ui/tokens.css';
import '#shared/ui/base.css';
import { render } from 'preact';
import { PairPage } from '../../ui/pair/PairPage.tsx';

const app = document.getElementById('app');
if (app) render(<PairPage framed={window.top !== window} />, app);
