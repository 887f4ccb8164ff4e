import { z } from "zod";
import { Id, Instant } from "./fields.ts";
import { pageInput, pageOf } from "./paging.ts";

/** A user as an operator names him: by UUID, by number, or by Clerk id. */
export const UserReference = z
  .union([Id, z.int().min(1), z.string().regex(/^(user_\w{1,100}|[1-9]\d{0,9})$/)])
  .describe("the UUID, the number or the Clerk id");
export type UserReference = z.infer<typeof UserReference>;

/** Free JSON beside a user. Keys are kept as they are written. */
const Metadata = z.record(z.string(), z.unknown());

/** As JSON, for each kind of metadata. Clerk counts bytes, of which there are as many or more. */
const LONGEST_METADATA = 8_192;

/** A change to metadata: merged at every depth into what is there; null takes a key away. */
export const MetadataChange = Metadata.refine(
  (change) => JSON.stringify(change).length <= LONGEST_METADATA,
  "Too large: expected at most 8,192 characters as JSON",
).describe("merged at every depth into what is there; null takes a key away");

/** A user as operators see him. */
export const User = z
  .object({
    id: Id,
    number: z.int(),
    clerkId: z.string(),
    email: z.string().nullable().describe("the primary e-mail address at Clerk; null where there is none"),
    emailVerified: z.boolean(),
    name: z.string().nullable(),
    imageUrl: z.string().nullable(),
    hasProductAccess: z.boolean(),
    role: z.enum(["user", "admin"]),
    banned: z.boolean(),
    locked: z.boolean().describe("Clerk has locked him out for a time, after too many wrong passwords"),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: "User" });
export type User = z.infer<typeof User>;

export const UserPage = pageOf(User).meta({ id: "UserPage" });

export const ListUsers = z.strictObject({
  ...pageInput,
  search: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .exactOptional()
    .describe(
      "a part of the e-mail address or the name, or the beginning of the Clerk id; case does not matter",
    ),
});
export type ListUsers = z.infer<typeof ListUsers>;

export const GetUser = z.strictObject({ userId: UserReference });
export type GetUser = z.infer<typeof GetUser>;

export const BanUser = z.strictObject({ userId: UserReference });
export type BanUser = z.infer<typeof BanUser>;

export const UnbanUser = z.strictObject({ userId: UserReference });
export type UnbanUser = z.infer<typeof UnbanUser>;

export const DeleteUser = z.strictObject({ userId: UserReference });
export type DeleteUser = z.infer<typeof DeleteUser>;

export const DeletedUser = z
  .object({ clerkId: z.string(), deleted: z.literal(true) })
  .meta({ id: "DeletedUser" });
export type DeletedUser = z.infer<typeof DeletedUser>;

export const SetUserRole = z.strictObject({ userId: UserReference, role: z.enum(["user", "admin"]) });
export type SetUserRole = z.infer<typeof SetUserRole>;

export const UpdateUserMetadata = z.strictObject({
  userId: UserReference,
  publicMetadata: MetadataChange.exactOptional(),
  privateMetadata: MetadataChange.exactOptional(),
  unsafeMetadata: MetadataChange.exactOptional(),
});
export type UpdateUserMetadata = z.infer<typeof UpdateUserMetadata>;

/** All metadata of a user as Clerk holds it after a change. */
export const UserMetadata = z
  .object({
    clerkId: z.string(),
    publicMetadata: Metadata.describe("read by frontends, written by backends"),
    privateMetadata: Metadata.describe("read and written by backends only"),
    unsafeMetadata: Metadata.describe("written by the user himself"),
  })
  .meta({ id: "UserMetadata" });
export type UserMetadata = z.infer<typeof UserMetadata>;

export const CreateSignInToken = z.strictObject({
  userId: UserReference,
  expiresInSeconds: z
    .int()
    .min(30)
    .max(2_592_000)
    .default(600)
    .describe("how long it can be used; ten minutes unless told otherwise, 30 days at most"),
});
export type CreateSignInToken = z.infer<typeof CreateSignInToken>;

/** Signs in as the user, once. The `token` is here and nowhere else, ever again. */
export const SignInToken = z
  .object({
    id: z.string(),
    clerkId: z.string(),
    token: z.string(),
    url: z.string().describe("opens the session in a browser"),
    expiresAt: Instant,
  })
  .meta({ id: "SignInToken" });
export type SignInToken = z.infer<typeof SignInToken>;
