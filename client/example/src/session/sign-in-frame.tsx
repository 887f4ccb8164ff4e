import type { ReactNode } from "react";
import { Brand } from "../layout/brand.tsx";

/** What somebody sees who has not signed in. */
export function SignInFrame({ children }: { children: ReactNode }) {
  return (
    <main className="sign-in">
      <Brand />
      <h1>Sign in</h1>
      {children}
    </main>
  );
}
