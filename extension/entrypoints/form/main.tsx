import '#shared/ui/tokens.css';
import '#shared/ui/base.css';
import { render } from 'preact';
import { closeForm } from '../../ui/closeForm.ts';
import { FormPage } from '../../ui/FormPage.tsx';

const framed = window.top !== window;
const app = document.getElementById('app');
if (app) render(<FormPage framed={framed} onClose={() => closeForm(framed)} />, app);
