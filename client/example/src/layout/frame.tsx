import { Link, Outlet } from "react-router";
import { useIsOnline } from "../session/connection.ts";
import { useSession } from "../session/session.ts";
import { Brand } from "./brand.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";

/** What stands around every page. */
export function Frame() {
  const { user, signOut } = useSession();
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <header className="top">
        <Link to="/" aria-label="Gatehouse, home">
          <Brand />
        </Link>
        <div className="top-right">
          <ThemeSwitch />
          <Link to="/account" className="person">
            {user.name}
          </Link>
          <button className="button" onClick={signOut}>
            Sign out
          </button>
        </div>
      </header>
      <Connection />
      <Outlet />
    </>
  );
}

/** The region is always there: screen readers tell of what changes in it. */
function Connection() {
  const isOnline = useIsOnline();
  return (
    <div role="status">
      {!isOnline && (
        <p className="banner">
          <strong>Offline.</strong> The server cannot be reached. This page goes on by itself when it is back.
        </p>
      )}
    </div>
  );
}
