import {
  ApiKey,
  ApiKeyPage,
  CreateApiKey,
  GetApiKey,
  ListApiKeys,
  NewApiKey,
  RevokeApiKey,
  RotateApiKey,
  UpdateApiKey,
} from "@gatehouse/shared";
import { workspaceProcedure } from "../../trpc/procedures.ts";
import { router } from "../../trpc/router.ts";
import { createApiKey } from "./create.ts";
import { getApiKey, listApiKeys, revokeApiKey, rotateApiKey, updateApiKey } from "./operations.ts";

export const apiKeysRouter = router({
  create: workspaceProcedure
    .meta({
      permission: "apiKeys:manage",
      rest: { method: "POST", path: "/api-keys" },
      errors: ["TIER_REQUIRED", "LIMIT_REACHED"],
      summary: "Make an API key; its secret is in this answer only",
    })
    .input(CreateApiKey)
    .output(NewApiKey)
    .mutation(({ ctx, input }) => createApiKey(ctx, input, ctx.services.identity.keys)),

  list: workspaceProcedure
    .meta({
      permission: "apiKeys:read",
      rest: { method: "GET", path: "/api-keys" },
      summary: "The API keys of a workspace, the newest first",
    })
    .input(ListApiKeys)
    .output(ApiKeyPage)
    .query(({ ctx, input }) => listApiKeys(ctx, input)),

  get: workspaceProcedure
    .meta({
      permission: "apiKeys:read",
      rest: { method: "GET", path: "/api-keys/{apiKeyId}" },
      errors: ["NOT_FOUND"],
      summary: "One API key, and who still calls with its old secret after a rotation",
    })
    .input(GetApiKey)
    .output(ApiKey)
    .query(({ ctx, input }) => getApiKey(ctx, input)),

  update: workspaceProcedure
    .meta({
      permission: "apiKeys:manage",
      rest: { method: "PATCH", path: "/api-keys/{apiKeyId}" },
      errors: ["NOT_FOUND", "TIER_REQUIRED"],
      summary: "Change an API key's name, scopes, tier, expiry or addresses",
    })
    .input(UpdateApiKey)
    .output(ApiKey)
    .mutation(({ ctx, input }) => updateApiKey(ctx, input)),

  rotate: workspaceProcedure
    .meta({
      permission: "apiKeys:manage",
      rest: { method: "POST", path: "/api-keys/{apiKeyId}/rotate" },
      errors: ["NOT_FOUND", "TIER_REQUIRED"],
      summary: "Give an API key a new secret; the old one works until its grace period ends",
    })
    .input(RotateApiKey)
    .output(NewApiKey)
    .mutation(({ ctx, input }) => rotateApiKey(ctx, input, ctx.services.identity.keys)),

  revoke: workspaceProcedure
    .meta({
      permission: "apiKeys:manage",
      rest: { method: "POST", path: "/api-keys/{apiKeyId}/revoke" },
      errors: ["NOT_FOUND"],
      summary: "End an API key, its old secret and the tokens signed with either, at once",
    })
    .input(RevokeApiKey)
    .output(ApiKey)
    .mutation(({ ctx, input }) => revokeApiKey(ctx, input)),
});
