import { z } from "zod";

/** Test switches, all set through `POST /__local/options`. They are not Clerk's and are forgotten at a restart. */
export const Settings = z.strictObject({
  /** Added to the clock that tokens and timestamps follow. Deliveries keep the real time; see `skewSeconds`. */
  clockOffsetSeconds: z.number(),
  /** Every delivery arrives twice, with the same svix-id. */
  duplicate: z.boolean(),
  /** Deliveries wait a moment and leave in random order. */
  shuffle: z.boolean(),
  /** Added to svix-timestamp: beyond 300 either way a receiver must refuse. */
  skewSeconds: z.number(),
  /** Signs a second time with this secret, as Svix does while a rotated secret is in its grace period. */
  oldSecret: z.string().nullable(),
  /** Nothing is delivered until this is turned off again. */
  paused: z.boolean(),
  /**
   * Deleting a user also tells of its revoked sessions and deleted memberships, and deleting an organization of
   * its memberships. Whether Clerk does that is not documented, so a receiver must live with both.
   */
  cascades: z.boolean(),
  /** Clerk documents both answers to verifying a revoked or expired machine credential. */
  revokedCredentials: z.enum(["not-found", "flagged"]),
  oauthTokenFormat: z.enum(["jwt", "opaque"]),
  /** The dashboard's session-token editor: `{ "metadata": "{{user.public_metadata}}" }`. */
  sessionClaims: z.record(z.string(), z.unknown()),
  /** A production instance refuses POST /v1/sessions. */
  production: z.boolean(),
});
export type Settings = z.infer<typeof Settings>;

export function emptySettings(): Settings {
  return {
    clockOffsetSeconds: 0,
    duplicate: false,
    shuffle: false,
    skewSeconds: 0,
    oldSecret: null,
    paused: false,
    cascades: true,
    revokedCredentials: "not-found",
    oauthTokenFormat: "jwt",
    sessionClaims: {},
    production: false,
  };
}
