import { Link } from "react-router";
import { Page } from "../parts/page.tsx";

export function NotFoundPage() {
  return (
    <main id="main" className="narrow">
      <Page title="There is no such page">
        <p>
          <Link to="/">Go to your workspaces</Link>
        </p>
      </Page>
    </main>
  );
}
