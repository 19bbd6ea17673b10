// The page asks for JSON and draws tables. Data reaches the page through textContent alone.

const ROWS_SHOWN = 300;
const role = (name) => document.querySelector(`[data-role="${name}"]`);

async function ask(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** A table of rows; numbers stand right, under their column's name. */
function table(columns, rows) {
  const made = element('table');
  const head = made.createTHead().insertRow();
  const numeric = columns.map(
    (_, at) => rows.length > 0 && rows.every((row) => row[at] === null || typeof row[at] === 'number'),
  );
  columns.forEach((name, at) => {
    const cell = element('th', name, numeric[at] ? 'number' : '');
    cell.scope = 'col';
    head.append(cell);
  });
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    row.forEach((value, at) => {
      line.append(element('td', shown(value, columns[at]), numeric[at] ? 'number' : ''));
    });
  }
  return made;
}

function shown(value, column) {
  if (value === null) return '–';
  // A year is a name, not an amount: 2018, not 2,018.
  return typeof value === 'number' && !column.endsWith('_year') ? value.toLocaleString('en-US') : String(value);
}

function fail(place, error) {
  place.replaceChildren(element('p', `${error.message}; is the pipeline still running?`, 'failed'));
}

async function drawCounts() {
  const place = role('counts');
  try {
    const counts = await ask('/counts');
    const rows = Object.entries(counts).flatMap(([layer, datasets]) =>
      Object.entries(datasets).map(([dataset, { stored, refusedBySink, clean, quarantined, duplicates }]) => {
        const onTheWay = stored - refusedBySink - clean - quarantined - duplicates;
        return [layer, dataset, stored, onTheWay, refusedBySink, clean, quarantined, duplicates];
      }),
    );
    const columns = ['stored', 'on the way', 'refused by the sink', 'clean', 'quarantined', 'duplicates'];
    place.replaceChildren(table(['layer', 'dataset', ...columns], rows));
  } catch (error) {
    fail(place, error);
  }
}

async function drawHealth() {
  try {
    const { env, userId } = await ask('/health');
    role('health').textContent = `Serving the API of environment ${env}, user ${userId}, on this machine.`;
  } catch (error) {
    fail(role('health'), error);
  }
}

async function drawViews(layer) {
  const place = role('views');
  try {
    const views = await ask('/views');
    place.replaceChildren(...views.map(({ name, grain }) => question(name, grain, layer)));
  } catch (error) {
    fail(place, error);
  }
}

/** One question, closed at first; its answer is asked for when it is opened. */
function question(name, grain, layer) {
  const made = element('details');
  const summary = element('summary');
  summary.append(element('code', name), ` ${grain}`);
  const answer = element('div', undefined, 'scroll');
  made.append(summary, answer);
  made.addEventListener('toggle', async () => {
    if (!made.open || answer.childElementCount > 0) return;
    try {
      const { columns, rows } = await ask(`/views/${name}?layer=${layer}`);
      answer.append(
        table(
          columns.map((column) => column.name),
          rows.slice(0, ROWS_SHOWN),
        ),
      );
      if (rows.length > ROWS_SHOWN) answer.append(element('p', `… and ${rows.length - ROWS_SHOWN} more rows`, 'hint'));
      if (rows.length === 0) answer.append(element('p', 'No rows yet.', 'hint'));
    } catch (error) {
      fail(answer, error);
    }
  });
  return made;
}

role('layers').addEventListener('change', (event) => void drawViews(event.target.value));
void drawHealth();
void drawCounts();
void drawViews('serving');
