import { lazy, Suspense } from "react";
import type { ReactNode } from "react";
import { Waiting } from "../parts/waiting.tsx";
import { clerkPublishableKey } from "../settings.ts";
import { LocalGate } from "./local-gate.tsx";

/** Loaded only where it is needed: whoever runs without Clerk need not wait for its SDK. */
const ClerkGate = lazy(() => import("./clerk-gate.tsx"));

/** Shows its children to whoever has signed in, and a way to sign in to everybody else. */
export function SessionGate({ children }: { children: ReactNode }) {
  if (clerkPublishableKey === undefined) return <LocalGate>{children}</LocalGate>;
  return (
    <Suspense fallback={<Waiting />}>
      <ClerkGate publishableKey={clerkPublishableKey}>{children}</ClerkGate>
    </Suspense>
  );
}
