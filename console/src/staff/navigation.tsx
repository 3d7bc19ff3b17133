import { useEffect, useRef, type ReactNode } from 'react';
import { NavLink, useLocation } from 'react-router';
import { type Group, groupsOf, type Place } from './places.ts';
import type { Session } from './session.tsx';
import { useSay } from './use-say.ts';

/** The main menu: a group is a disclosure of links, not an application menu, so that Tab and Enter are all it needs. */
export function Navigation({ session }: { readonly session: Session }): ReactNode {
  const { say } = useSay();
  return (
    <nav aria-label={say('app.nav')}>
      {groupsOf(session).map((group) => {
        const [only] = group.places;
        return only && group.places.length === 1 ? (
          <Door key={only.to} place={only} />
        ) : (
          <Drawer key={group.label} group={group} />
        );
      })}
    </nav>
  );
}

function Door({ place: { to, label, beside } }: { readonly place: Place }): ReactNode {
  const { say } = useSay();
  if (beside)
    return (
      <a href={to} target="_blank" rel="noreferrer">
        {say(label)} ↗
      </a>
    );
  return (
    <NavLink to={to} end={to === '/'}>
      {say(label)}
    </NavLink>
  );
}

/** Opens on press; closes when a place is chosen, on Escape, and when the focus or a press goes elsewhere. */
function Drawer({ group: { label, places } }: { readonly group: Group }): ReactNode {
  const { say } = useSay();
  const ref = useRef<HTMLDetailsElement>(null);
  const { pathname } = useLocation();
  const here = places.some(({ to }) => pathname === to || pathname.startsWith(`${to}/`));
  const close = (): void => ref.current?.removeAttribute('open');
  useEffect(close, [pathname]);
  useEffect(() => {
    const elsewhere = (event: Event): void => {
      if (event.target instanceof Node && !ref.current?.contains(event.target)) close();
    };
    document.addEventListener('pointerdown', elsewhere);
    document.addEventListener('focusin', elsewhere);
    return () => {
      document.removeEventListener('pointerdown', elsewhere);
      document.removeEventListener('focusin', elsewhere);
    };
  }, []);
  return (
    <details
      className="drawer"
      ref={ref}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !ref.current?.open) return;
        close();
        ref.current.querySelector('summary')?.focus();
      }}
    >
      <summary className={here ? 'active' : ''}>{say(label)}</summary>
      <div>
        {places.map((place) => (
          <Door key={place.to} place={place} />
        ))}
      </div>
    </details>
  );
}
