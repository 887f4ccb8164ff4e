import type { AuditEntry } from "@gatehouse/client";
import { infiniteQueryOptions, useWorkspace } from "@gatehouse/client/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { Pages } from "../parts/pages.tsx";
import { When } from "../parts/when.tsx";

const NAMELESS: Record<AuditEntry["actor"]["kind"], string> = {
  adminKey: "An admin key",
  apiKey: "An API key",
  machine: "A machine",
  system: "The server",
  user: "Somebody",
  webhook: "Clerk, Stripe or PayPal",
};

export function AuditPage() {
  const { api } = useWorkspace();
  const list = useInfiniteQuery(infiniteQueryOptions(api.audit.list));
  return (
    <Page title="Audit trail">
      <Pages query={list} empty={<Empty title="Nothing has happened yet" />}>
        {(entries) => (
          <div className="table">
            <table>
              <thead>
                <tr>
                  <th scope="col">When</th>
                  <th scope="col">Who</th>
                  <th scope="col">What</th>
                  <th scope="col">To what</th>
                </tr>
              </thead>
              <tbody>
                {entries.map((entry) => (
                  <Line key={entry.id} entry={entry} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Pages>
    </Page>
  );
}

function Line({ entry: { action, actor, target, createdAt } }: { entry: AuditEntry }) {
  return (
    <tr>
      <td>
        <When at={createdAt} toTheMinute />
      </td>
      <td>{actor.name ?? NAMELESS[actor.kind]}</td>
      <td>
        <code>{action}</code>
      </td>
      <td>{target.type}</td>
    </tr>
  );
}
