import './api.css';
import type { RouteAbout } from '@pipeline/local/serving/contract';
import { ask } from '../../api';
import { PanelView } from '../../parts/panel';
import { addressOfPage, type Place } from '../../router';
import { usePanel } from '../../store';
import { Declared } from './declared';
import { TryIt } from './try-it';

/** The API as the synthesized template declares it; each route can be tried step by step. */
export function ApiPage({ place: { query } }: { place: Place }) {
  const routes = usePanel('routes', (signal) => ask('routes', {}, signal));
  return (
    <>
      <h1 tabIndex={-1}>API</h1>
      <p class="quiet">
        These routes, checks and mapping templates are read from the synthesized template: what is served here is what
        is deployed.
      </p>
      <PanelView panel={routes} lines={12}>
        {(known) => <Routes routes={known} chosen={query.get('route')} />}
      </PanelView>
    </>
  );
}

const nameOf = ({ verb, path }: RouteAbout): string => `${verb} ${path}`;

/** One that puts a record, checks its body and has a template, since that has the most to show. */
const firstToTry = (routes: readonly RouteAbout[]): RouteAbout | undefined =>
  routes.find(
    ({ verb, models, requestTemplates }) => verb === 'PUT' && models.length > 0 && requestTemplates.length > 0,
  ) ??
  routes.find(({ models, requestTemplates }) => models.length > 0 && requestTemplates.length > 0) ??
  routes[0];

function Routes({ routes, chosen }: { routes: readonly RouteAbout[]; chosen: string | null }) {
  const route =
    routes.find((candidate) => nameOf(candidate) === chosen) ?? (chosen === null ? firstToTry(routes) : undefined);
  return (
    <div class="routes">
      <nav aria-label="Routes">
        <ul class="list small" data-list>
          {routes.map((candidate) => (
            <li key={nameOf(candidate)}>
              <a
                href={addressOfPage('/api', [], { route: nameOf(candidate) })}
                aria-current={candidate === route ? 'true' : undefined}
                data-item
              >
                <strong>{candidate.verb}</strong> {candidate.path}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {route ? (
        <div class="route" key={nameOf(route)}>
          <h2>{nameOf(route)}</h2>
          <Declared route={route} />
          <TryIt route={route} />
        </div>
      ) : (
        <p class="banner wrong">There is no route {chosen}. Choose one of those that are here.</p>
      )}
    </div>
  );
}
