import './answers.css';
import type { Place } from '../../router';
import { QuestionPage } from './question';
import { QuestionList } from './question-list';

export function AnswersPage({ place }: { place: Place }) {
  const [view] = place.rest;
  return view === undefined ? <QuestionList /> : <QuestionPage key={view} view={view} query={place.query} />;
}
