import { ClerkFailed, ClerkProvider, SignIn, useAuth, useUser } from "@clerk/react";
import { ClerkOfflineError } from "@clerk/react/errors";
import { NetworkError } from "@gatehouse/client";
import type { GetToken } from "@gatehouse/client";
import { useMemo } from "react";
import type { ReactNode } from "react";
import { SessionContext } from "./session.ts";
import type { Session } from "./session.ts";
import { SignInFrame } from "./sign-in-frame.tsx";

/** Signs people in with a real Clerk instance. */
export default function ClerkGate({
  publishableKey,
  children,
}: {
  publishableKey: string;
  children: ReactNode;
}) {
  return (
    <ClerkProvider publishableKey={publishableKey} afterSignOutUrl="/">
      <ClerkFailed>
        <SignInFrame>
          <p role="alert">Clerk cannot be reached. Look at your connection and load this page again.</p>
        </SignInFrame>
      </ClerkFailed>
      <Gate>{children}</Gate>
    </ClerkProvider>
  );
}

function Gate({ children }: { children: ReactNode }) {
  const { isLoaded, getToken, signOut } = useAuth();
  const { user } = useUser();
  const id = user?.id;
  const name = user?.fullName ?? user?.primaryEmailAddress?.emailAddress ?? "";
  const session = useMemo<Session | null>(
    () =>
      id === undefined
        ? null
        : { user: { id, name }, getToken: orOffline(getToken), signOut: () => void signOut() },
    [id, name, getToken, signOut],
  );
  // Neither while Clerk is being loaded nor when that has failed.
  if (!isLoaded) return null;
  if (session === null)
    return (
      <SignInFrame>
        <SignIn routing="hash" />
      </SignInFrame>
    );
  return <SessionContext value={session}>{children}</SessionContext>;
}

/** To be offline is no refusal: told as the client tells it, the page waits instead of complaining. */
function orOffline(getToken: (options?: { skipCache?: boolean }) => Promise<string | null>): GetToken {
  return (options) =>
    getToken(options).catch((error: unknown) => {
      throw ClerkOfflineError.is(error)
        ? new NetworkError("Clerk cannot be reached.", { cause: error })
        : error;
    });
}
