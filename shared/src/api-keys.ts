import { z } from "zod";
import { Id, Instant, inWorkspace, nameOf } from "./fields.ts";
import { pageInput, pageOf } from "./paging.ts";
import { PERMISSIONS } from "./roles.ts";
import { Tier } from "./tiers.ts";

/** How long a replaced secret goes on working unless told otherwise: a day. */
export const ROTATION_GRACE_SECONDS = 86_400;
/** The longest that a token signed with a key may live: an hour, counted from `iat` to `exp`. */
export const LONGEST_KEY_TOKEN_SECONDS = 3_600;

/** More than there are, so that a list is only refused for its words. */
const MOST_SCOPES = 200;
const LONGEST_GRACE_SECONDS = 30 * 86_400;

const name = nameOf(200);
const scopes = z
  // Looked up when a key is made, because a product may have added permissions of its own.
  .array(z.lazy(() => z.enum(PERMISSIONS)))
  .min(1)
  .max(MOST_SCOPES)
  .transform((each) => [...new Set(each)])
  .describe("what the key may do, as far as its owner may do it at that moment");
const ipAllow = z
  .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
  .max(50)
  .describe("addresses and networks that the key may be used from; empty: from anywhere");

/** A replaced secret in its grace period, and who still calls with it. */
export const ReplacedSecret = z
  .object({
    start: z.string().describe("the first characters of the key as it was"),
    endsAt: Instant.describe("until when it works"),
    uses: z.int().describe("requests that came with it since it was replaced"),
    lastUsedAt: Instant.nullable(),
    lastUsedAddress: z.string().nullable(),
  })
  .meta({ id: "ReplacedSecret" });
export type ReplacedSecret = z.infer<typeof ReplacedSecret>;

/** An API key without its secret. */
export const ApiKey = z
  .object({
    id: Id,
    workspaceId: Id,
    ownerId: Id.describe("the member whose rights bound the key's"),
    name: z.string(),
    start: z.string().describe("the first characters of the key, to tell two of them apart"),
    scopes: z.array(z.string()),
    tier: Tier.describe("the key acts with this tier, or with the workspace's where that is lower"),
    jwtSigning: z.boolean().describe("whether its holder may sign tokens with it"),
    ipAllow: z.array(z.string()),
    expiresAt: Instant.nullable(),
    revokedAt: Instant.nullable(),
    lastUsedAt: Instant.nullable().describe("to the minute"),
    lastUsedAddress: z.string().nullable(),
    replaced: ReplacedSecret.nullable().describe("the secret before the last rotation, while it still works"),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: "ApiKey" });
export type ApiKey = z.infer<typeof ApiKey>;

/** A key with its secret, which is here and nowhere else, ever again. */
export const NewApiKey = ApiKey.extend({
  secret: z.string().describe("the whole key, to be sent as `Authorization: Bearer …`"),
}).meta({ id: "NewApiKey" });
export type NewApiKey = z.infer<typeof NewApiKey>;

export const ApiKeyPage = pageOf(ApiKey).meta({ id: "ApiKeyPage" });

export const CreateApiKey = z.strictObject({
  ...inWorkspace,
  name,
  scopes,
  tier: Tier,
  expiresAt: Instant.exactOptional(),
  ipAllow: ipAllow.exactOptional(),
  jwtSigning: z.boolean().default(false).describe("whether the holder may sign tokens with the key"),
});
export type CreateApiKey = z.infer<typeof CreateApiKey>;

export const ListApiKeys = z.strictObject({ ...inWorkspace, ...pageInput });
export type ListApiKeys = z.infer<typeof ListApiKeys>;

export const GetApiKey = z.strictObject({ ...inWorkspace, apiKeyId: Id });
export type GetApiKey = z.infer<typeof GetApiKey>;

export const UpdateApiKey = z.strictObject({
  ...inWorkspace,
  apiKeyId: Id,
  name: name.exactOptional(),
  scopes: scopes.exactOptional(),
  tier: Tier.exactOptional(),
  expiresAt: Instant.nullable().exactOptional(),
  ipAllow: ipAllow.exactOptional(),
});
export type UpdateApiKey = z.infer<typeof UpdateApiKey>;

export const RotateApiKey = z.strictObject({
  ...inWorkspace,
  apiKeyId: Id,
  graceSeconds: z
    .int()
    .min(0)
    .max(LONGEST_GRACE_SECONDS)
    .default(ROTATION_GRACE_SECONDS)
    .describe("how long the old secret goes on working; 0 ends it at once"),
});
export type RotateApiKey = z.infer<typeof RotateApiKey>;

export const RevokeApiKey = z.strictObject({ ...inWorkspace, apiKeyId: Id });
export type RevokeApiKey = z.infer<typeof RevokeApiKey>;
