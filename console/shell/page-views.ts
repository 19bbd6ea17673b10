import { type About, type EndpointName, PAGES, type PagePath } from '@pipeline/local/serving/contract';
import type { FunctionComponent } from 'preact';
import { offersAll } from '../about';
import { AnswersPage } from '../pages/answers';
import { ApiPage } from '../pages/api';
import { DictionaryPage } from '../pages/dictionary';
import { EnvironmentPage } from '../pages/environment';
import { OverviewPage } from '../pages/overview';
import { PostPage } from '../pages/post';
import { QuarantinePage } from '../pages/quarantine';
import { RecordsPage } from '../pages/records';
import type { Place } from '../router';

export interface PageView {
  readonly path: PagePath;
  /** In the navigation. */
  readonly name: string;
  readonly View: FunctionComponent<{ place: Place }>;
  /** Without one of these there is no such page. */
  readonly needs: readonly EndpointName[];
}

const VIEWS: Readonly<Record<PagePath, Omit<PageView, 'path'>>> = {
  '/': { name: 'Overview', View: OverviewPage, needs: [] },
  '/answers': { name: 'Answers', View: AnswersPage, needs: ['views', 'view', 'viewAbout'] },
  '/records': { name: 'Records', View: RecordsPage, needs: ['logs', 'files', 'fileLines'] },
  '/post': { name: 'One post', View: PostPage, needs: ['trace'] },
  '/quarantine': { name: 'Quarantine', View: QuarantinePage, needs: ['quarantineReasons', 'quarantineRecords'] },
  '/api': { name: 'API', View: ApiPage, needs: ['routes', 'tryRoute'] },
  '/dictionary': { name: 'Dictionary', View: DictionaryPage, needs: ['dictionary'] },
};

/** The pages that this pipeline can fill, in their order. */
export function pagesOf(about: About): PageView[] {
  return PAGES.map((path) => ({ path, ...VIEWS[path] }))
    .filter(({ needs }) => offersAll(about, needs))
    .map((page) => (page.path === '/' && !about.live ? { ...page, View: EnvironmentPage } : page));
}

export const nameOfPage = (path: PagePath): string => VIEWS[path].name;
