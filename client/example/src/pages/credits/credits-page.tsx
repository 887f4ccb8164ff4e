import { infiniteQueryOptions, queryOptions, useCan, useWorkspace } from "@gatehouse/client/react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Empty } from "../../parts/empty.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Page } from "../../parts/page.tsx";
import { Pages } from "../../parts/pages.tsx";
import { Entries } from "./entries.tsx";
import { Packs } from "./packs.tsx";
import { Payments } from "./payments.tsx";
import { SpendForm } from "./spend-form.tsx";
import { credits } from "./words.ts";

export function CreditsPage() {
  const { api } = useWorkspace();
  const balance = useQuery(queryOptions(api.credits.balance));
  const entries = useInfiniteQuery(infiniteQueryOptions(api.credits.entries));
  const maySpend = useCan("usage:write");
  const mayBuy = useCan("billing:manage");
  return (
    <Page title="Credits">
      <Loaded query={balance}>
        {({ available, held, owed }) => (
          <dl className="figures">
            <Figure name="Available" value={available} />
            <Figure name="Held" value={held} />
            {owed > 0 && <Figure name="Owed" value={owed} />}
          </dl>
        )}
      </Loaded>
      {maySpend && <SpendForm />}
      {mayBuy && <Packs />}
      <section aria-labelledby="payments">
        <h2 id="payments">Payments</h2>
        <Payments />
      </section>
      <section aria-labelledby="entries">
        <h2 id="entries">Ledger</h2>
        <Pages
          query={entries}
          empty={
            <Empty title="Nothing has moved yet">
              <p>What comes in and what is spent stands here, line by line.</p>
            </Empty>
          }
        >
          {(items) => <Entries entries={items} />}
        </Pages>
      </section>
    </Page>
  );
}

function Figure({ name, value }: { name: string; value: number }) {
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd>{credits(value)}</dd>
    </div>
  );
}
