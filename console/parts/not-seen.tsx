import { useAbout } from '../about';

/** What nobody can look at from here, with why. Nothing where everything can be seen. */
export function NotSeen() {
  const { notLooked } = useAbout();
  if (notLooked.length === 0) return null;
  return (
    <section aria-labelledby="not-seen">
      <h2 id="not-seen">What cannot be seen from here</h2>
      <ul class="small">
        {notLooked.map(({ where, why }) => (
          <li key={where}>
            {where}: <span class="quiet">{why}.</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
