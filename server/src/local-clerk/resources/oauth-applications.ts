import { z } from "zod";
import { notFound, unprocessable } from "../errors.ts";
import { newId, newSecret, randomBase62 } from "../ids.ts";
import { isLoopbackOrigin } from "../guard.ts";
import { nextUpdate } from "../instance.ts";
import type { Instance } from "../instance.ts";
import type { OauthApplication } from "../shapes-machine.ts";
import type { DeletedObject } from "./users.ts";

export const UpdateOauthApplication = z.looseObject({
  name: z.string().min(1).nullish(),
  redirect_uris: z.array(z.url()).nullish(),
  scopes: z.string().nullish(),
  public: z.boolean().nullish(),
  pkce_required: z.boolean().nullish(),
});
export const CreateOauthApplication = UpdateOauthApplication.extend({ name: z.string().min(1) });

const DEFAULT_SCOPES = "profile email";

export function getOauthApplication(instance: Instance, id: string): OauthApplication {
  const application = instance.tables.oauthApplications.get(id);
  if (application === undefined) throw notFound("OAuth application");
  return application;
}

export function findClient(instance: Instance, clientId: string | undefined): OauthApplication | undefined {
  return [...instance.tables.oauthApplications.values()].find((one) => one.client_id === clientId);
}

export function createOauthApplication(
  instance: Instance,
  input: z.infer<typeof CreateOauthApplication>,
): OauthApplication {
  requireLoopbackTargets(input.redirect_uris ?? []);
  const now = instance.now();
  const application: OauthApplication = {
    object: "oauth_application",
    id: newId("oa"),
    instance_id: instance.id,
    name: input.name,
    client_id: randomBase62(16),
    client_secret: newSecret("oas"),
    client_uri: null,
    client_image_url: null,
    dynamically_registered: false,
    consent_screen_enabled: false,
    pkce_required: input.pkce_required ?? input.public ?? false,
    public: input.public ?? false,
    scopes: input.scopes ?? DEFAULT_SCOPES,
    redirect_uris: input.redirect_uris ?? [],
    created_at: now,
    updated_at: now,
  };
  instance.tables.oauthApplications.set(application.id, application);
  instance.changed();
  return application;
}

export function updateOauthApplication(
  instance: Instance,
  id: string,
  input: z.infer<typeof UpdateOauthApplication>,
): OauthApplication {
  const application = getOauthApplication(instance, id);
  requireLoopbackTargets(input.redirect_uris ?? []);
  application.name = input.name ?? application.name;
  application.redirect_uris = input.redirect_uris ?? application.redirect_uris;
  application.scopes = input.scopes ?? application.scopes;
  application.public = input.public ?? application.public;
  application.pkce_required = input.pkce_required ?? application.pkce_required;
  return noteUpdate(instance, application);
}

export function rotateClientSecret(instance: Instance, id: string): OauthApplication {
  const application = getOauthApplication(instance, id);
  application.client_secret = newSecret("oas");
  return noteUpdate(instance, application);
}

export function deleteOauthApplication(instance: Instance, id: string): DeletedObject {
  const { client_id } = getOauthApplication(instance, id);
  instance.tables.oauthApplications.delete(id);
  for (const token of instance.tables.oauthTokens.values()) {
    if (token.client_id === client_id) instance.tables.oauthTokens.delete(token.id);
  }
  instance.changed();
  return { object: "oauth_application", id, deleted: true };
}

/** The secret is shown when it is made. */
export function describeOauthApplication(
  instance: Instance,
  application: OauthApplication,
  withSecret = false,
): Record<string, unknown> {
  const { client_secret, ...shown } = application;
  return {
    ...shown,
    authorize_url: `${instance.url}/oauth/authorize`,
    token_fetch_url: `${instance.url}/oauth/token`,
    user_info_url: `${instance.url}/oauth/userinfo`,
    discovery_url: `${instance.url}/.well-known/openid-configuration`,
    token_introspection_url: `${instance.url}/oauth/token_info`,
    ...(withSecret && !application.public ? { client_secret } : {}),
  };
}

/** Anybody can sign in as anybody here, so a code must not leave this machine. */
function requireLoopbackTargets(uris: readonly string[]): void {
  for (const uri of uris) {
    if (isLoopbackOrigin(uri)) continue;
    throw unprocessable(
      "form_param_value_invalid",
      "redirect_uris",
      "Only loopback addresses are allowed here",
    );
  }
}

function noteUpdate(instance: Instance, application: OauthApplication): OauthApplication {
  application.updated_at = nextUpdate(instance, application);
  instance.changed();
  return application;
}
