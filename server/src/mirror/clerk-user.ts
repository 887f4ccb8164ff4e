import { z } from "zod";
import { instantOf } from "../base/instants.ts";

/** What we keep of a Clerk user. */
export interface ClerkUser {
  clerkId: string;
  email: string | null;
  emailVerified: boolean;
  name: string | null;
  imageUrl: string | null;
  role: "user" | "admin";
  banned: boolean;
  locked: boolean;
  clerkUpdatedAt: Date;
}

/**
 * A user as Clerk writes it, in webhooks and in answers of the Backend API. Only what is read is described; many
 * fields are nullable or missing, as Clerk's OpenAPI files and captured deliveries show. What it leaves of a user's JSON
 * may be kept: there is no private metadata in it.
 */
export const ClerkUserJson = z.object({
  id: z.string().min(1),
  first_name: z.string().nullish(),
  last_name: z.string().nullish(),
  image_url: z.string().nullish(),
  primary_email_address_id: z.string().nullish(),
  email_addresses: z
    .array(
      z.object({
        id: z.string().nullish(),
        email_address: z.string(),
        verification: z.object({ status: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
  public_metadata: z.object({ role: z.unknown().optional() }).nullish(),
  banned: z.boolean().nullish(),
  locked: z.boolean().nullish(),
  updated_at: z.number(),
});

/** Reads a user out of Clerk's JSON; null where the shape is not one of a user. */
export function readClerkUser(json: unknown): ClerkUser | null {
  const { data: user } = ClerkUserJson.safeParse(json);
  if (user === undefined) return null;
  // Never the first address: it may be another one, and there may be none at all.
  const primary = user.email_addresses?.find((each) => each.id === (user.primary_email_address_id ?? "none"));
  const name = [user.first_name, user.last_name].filter(Boolean).join(" ");
  return {
    clerkId: user.id,
    email: primary?.email_address ?? null,
    emailVerified: primary?.verification?.status === "verified",
    name: name === "" ? null : name,
    imageUrl: user.image_url ?? null,
    // Public metadata is written by the backend only. Unsafe metadata is the user's own and decides nothing.
    role: user.public_metadata?.role === "admin" ? "admin" : "user",
    banned: user.banned ?? false,
    locked: user.locked ?? false,
    clerkUpdatedAt: instantOf(user.updated_at),
  };
}

const MetadataJson = z.object({
  public_metadata: z.record(z.string(), z.unknown()).nullish(),
  private_metadata: z.record(z.string(), z.unknown()).nullish(),
  unsafe_metadata: z.record(z.string(), z.unknown()).nullish(),
});

/** The three kinds of metadata in Clerk's JSON of a user; empty where one is missing. None of it is kept here. */
export function readMetadata(json: unknown) {
  const { data } = MetadataJson.safeParse(json);
  return {
    publicMetadata: data?.public_metadata ?? {},
    privateMetadata: data?.private_metadata ?? {},
    unsafeMetadata: data?.unsafe_metadata ?? {},
  };
}
