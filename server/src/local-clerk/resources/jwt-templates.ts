import { z } from "zod";
import { notFound, unprocessable } from "../errors.ts";
import { Metadata } from "../http.ts";
import { newId } from "../ids.ts";
import { nextUpdate } from "../instance.ts";
import type { Instance } from "../instance.ts";
import type { JwtTemplate } from "../shapes-machine.ts";
import type { DeletedObject } from "./users.ts";

export const SaveJwtTemplate = z.looseObject({
  name: z.string().min(1),
  claims: Metadata,
  lifetime: z.number().int().min(30).max(315_360_000).nullish(),
  allowed_clock_skew: z.number().int().min(0).max(300).nullish(),
});
type SaveJwtTemplate = z.infer<typeof SaveJwtTemplate>;

export function getJwtTemplate(instance: Instance, id: string): JwtTemplate {
  const template = instance.tables.jwtTemplates.get(id);
  if (template === undefined) throw notFound("JWT template");
  return template;
}

export function createJwtTemplate(instance: Instance, input: SaveJwtTemplate): JwtTemplate {
  requireFreeName(instance, input.name);
  const now = instance.now();
  const template: JwtTemplate = {
    object: "jwt_template",
    id: newId("jtmp"),
    name: input.name,
    claims: input.claims,
    lifetime: input.lifetime ?? 60,
    allowed_clock_skew: input.allowed_clock_skew ?? 5,
    custom_signing_key: false,
    signing_algorithm: "RS256",
    created_at: now,
    updated_at: now,
  };
  instance.tables.jwtTemplates.set(template.id, template);
  instance.changed();
  return template;
}

export function updateJwtTemplate(instance: Instance, id: string, input: SaveJwtTemplate): JwtTemplate {
  const template = getJwtTemplate(instance, id);
  requireFreeName(instance, input.name, id);
  template.name = input.name;
  template.claims = input.claims;
  template.lifetime = input.lifetime ?? template.lifetime;
  template.allowed_clock_skew = input.allowed_clock_skew ?? template.allowed_clock_skew;
  template.updated_at = nextUpdate(instance, template);
  instance.changed();
  return template;
}

export function deleteJwtTemplate(instance: Instance, id: string): DeletedObject {
  getJwtTemplate(instance, id);
  instance.tables.jwtTemplates.delete(id);
  instance.changed();
  return { object: "jwt_template", id, deleted: true };
}

function requireFreeName(instance: Instance, name: string, ownId?: string): void {
  for (const other of instance.tables.jwtTemplates.values()) {
    if (other.name === name && other.id !== ownId) {
      throw unprocessable("form_identifier_exists", "name", "A template of that name exists");
    }
  }
}
