import { isApiError } from "@gatehouse/client";
import { mutationOptions, queryOptions, useWorkspace } from "@gatehouse/client/react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Loaded } from "../../parts/loaded.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { credits, money } from "./words.ts";

const PROVIDERS = [
  { provider: "stripe", name: "Card" },
  { provider: "paypal", name: "PayPal" },
] as const;

/** What is sold, and the way to the page of Stripe or PayPal where it is paid. */
export function Packs() {
  const { api } = useWorkspace();
  const plans = useQuery(queryOptions(api.billing.plans));
  const checkout = useMutation(
    mutationOptions(api.billing.checkout, { onSuccess: ({ url }) => window.location.assign(url) }),
  );
  return (
    <section aria-labelledby="packs">
      <h2 id="packs">Buy credits</h2>
      <Loaded query={plans}>
        {({ items }) => (
          <ul className="cards">
            {items.map((pack) => (
              <li key={pack.id} className="card">
                <strong>{pack.name}</strong>
                <p>
                  {credits(pack.credits)} credits · {money(pack.price)}
                </p>
                <div className="actions">
                  {PROVIDERS.map(({ provider, name }) => (
                    <button
                      key={provider}
                      className="button"
                      aria-label={`Buy ${pack.name} by ${name}`}
                      disabled={checkout.isPending}
                      onClick={() => checkout.mutate({ packId: pack.id, provider })}
                    >
                      {name}
                    </button>
                  ))}
                </div>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {checkout.error !== null && <CheckoutRefusal error={checkout.error} />}
    </section>
  );
}

/** A provider that is not set up is not there: 404. */
function CheckoutRefusal({ error }: { error: unknown }) {
  if (!isApiError(error, "NOT_FOUND")) return <Refusal error={error} />;
  return (
    <div className="notice" role="alert">
      <p>
        This installation does not take payments this way. Whoever runs it sets up Stripe or PayPal;{" "}
        <code>docs/payments.md</code> says how.
      </p>
    </div>
  );
}
