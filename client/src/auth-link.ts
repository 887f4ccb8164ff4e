import { TRPCClientError } from "@trpc/client";
import type { Operation, TRPCLink } from "@trpc/client";
import type { AnyRouter } from "@trpc/server";
import { observable } from "@trpc/server/observable";
import type { Unsubscribable } from "@trpc/server/observable";
import { CallersOwnError, readAnswer } from "./read-error.ts";
import type { Tokens } from "./tokens.ts";

/**
 * Gives each call a token, and once more another one if the server says that the first has expired. It looks at
 * each call by itself: in a batch, where some calls are refused and others are not, the HTTP status says nothing.
 * No other refusal is tried again, for the server may have acted on the call. Nor is it as another user.
 */
export function authLink(tokens: Tokens): TRPCLink<AnyRouter> {
  return () =>
    ({ op, next }) =>
      observable((observer) => {
        let ended = false;
        let running: Unsubscribable | undefined;

        const fail = (cause: unknown) => observer.error(TRPCClientError.from(new CallersOwnError(cause)));
        const send = (token: string | null, onRefusal: (error: TRPCClientError<AnyRouter>) => void) => {
          // Aborted while the token was being asked for: nothing has been sent, and nothing shall be.
          if (ended || op.signal?.aborted === true) return;
          running = next(withToken(op, token)).subscribe({
            next: (value) => observer.next(value),
            error: onRefusal,
            complete: () => observer.complete(),
          });
        };
        const sendTwice = (token: string | null) =>
          send(token, (refusal) => {
            if (readAnswer(refusal)?.code !== "TOKEN_EXPIRED") return observer.error(refusal);
            const giveUp = () => observer.error(refusal);
            tokens.instead(token).then((other) => {
              return other === null || other === token
                ? giveUp()
                : send(other, (again) => observer.error(again));
            }, giveUp);
          });

        tokens.current().then(sendTwice, fail);
        return () => {
          ended = true;
          running?.unsubscribe();
        };
      });
}

/** The token that a call goes out with; undefined where there is none. */
export function tokenOf(op: Operation): string | undefined {
  const { token } = op.context;
  return typeof token === "string" ? token : undefined;
}

function withToken(op: Operation, token: string | null): Operation {
  return token === null ? op : { ...op, context: { ...op.context, token } };
}
