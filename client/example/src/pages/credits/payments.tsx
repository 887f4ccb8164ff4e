import type { Payment } from "@gatehouse/client";
import { infiniteQueryOptions, useWorkspace } from "@gatehouse/client/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Badge } from "../../parts/badge.tsx";
import type { Tone } from "../../parts/badge.tsx";
import { Pages } from "../../parts/pages.tsx";
import { When } from "../../parts/when.tsx";
import { credits, money } from "./words.ts";

const TONES: Record<Payment["state"], Tone> = {
  paid: "good",
  open: "warm",
  failed: "plain",
  expired: "plain",
};

export function Payments() {
  const { api } = useWorkspace();
  const list = useInfiniteQuery(infiniteQueryOptions(api.billing.payments));
  return (
    <Pages query={list} empty={<p className="quiet">Nothing was bought yet.</p>}>
      {(payments) => (
        <ul className="rows">
          {payments.map(({ id, price, credits: bought, state, url, createdAt }) => (
            <li key={id} className="row">
              <div className="row-text">
                <strong>{credits(bought)} credits</strong> <Badge tone={TONES[state]}>{state}</Badge>
                <p className="quiet">
                  {money(price)} · <When at={createdAt} />
                </p>
              </div>
              {url !== null && (
                <a className="button" href={url}>
                  Go on paying
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
    </Pages>
  );
}
