import '#shared/ui/tokens.css';
import '#shared/ui/base.css';
import { render } from 'preact';
import { Verifier } from './Verifier.tsx';

const root = document.getElementById('app');
if (root) render(<Verifier />, root);
