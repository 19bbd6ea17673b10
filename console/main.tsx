import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/charts.css';
import { render } from 'preact';
import { catchLinks } from './router';
import { App } from './shell/app';
import { followRuntime } from './store';

const { worker } = document.querySelector<HTMLScriptElement>('script[data-worker]')!.dataset;
followRuntime(worker!);
catchLinks();
render(<App />, document.getElementById('app')!);
