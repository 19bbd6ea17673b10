import type { About as AboutHere, EndpointName } from '@pipeline/local/serving/contract';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { ask } from './api';

const NOTHING: AboutHere = { env: '', live: false, endpoints: [], notLooked: [] };

/** Which pipeline the page shows, and what can be asked of it. */
export const About = createContext<AboutHere>(NOTHING);

export const useAbout = (): AboutHere => useContext(About);

/** Whether all of these endpoints answer here. */
export const offersAll = ({ endpoints }: AboutHere, needed: readonly EndpointName[]): boolean =>
  needed.every((name) => endpoints.includes(name));

export const useOffers = (...needed: readonly EndpointName[]): boolean => offersAll(useAbout(), needed);

const RETRY_MS = 500;

/** Asks until somebody answers, and says meanwhile why nobody does. */
export async function askAbout(wait: (reason: string) => void): Promise<AboutHere> {
  for (;;) {
    try {
      return await ask('about');
    } catch (error) {
      wait((error as Error).message);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
