import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/charts.css';
import { render } from 'preact';
import { About, askAbout } from './about';
import { catchLinks } from './router';
import { App } from './shell/app';
import { followRuntime } from './store';

const { worker } = document.querySelector<HTMLScriptElement>('script[data-worker]')!.dataset;
const root = document.getElementById('app')!;
const about = await askAbout((reason) => render(<p class="banner wrong">{reason}</p>, root));
if (about.live) followRuntime(worker!);
catchLinks();
render(
  <About.Provider value={about}>
    <App />
  </About.Provider>,
  root,
);
