import { nowSeconds } from "../instance.ts";
import { randomBase62 } from "../ids.ts";
import { findMembership } from "../resources/memberships.ts";
import { CATEGORY } from "./sign.ts";
import { packPermissions } from "./features.ts";
import { fillShortcodes } from "./shortcodes.ts";
import type { Instance } from "../instance.ts";
import type { JwtTemplate } from "../shapes-machine.ts";
import type { Membership, Organization, Session, User } from "../shapes.ts";
import type { Claims, Header } from "./sign.ts";

/** Seconds: what Clerk gives a session token, and how far before `iat` it sets `nbf`. */
export const SESSION_TOKEN_LIFETIME = 60;
const NOT_BEFORE_MARGIN = 10;

export interface Unsigned {
  header: Header;
  claims: Claims;
}

export interface SessionTokenRequest {
  user: User;
  session: Pick<Session, "id" | "status" | "actor" | "created_at">;
  orgId: string | null;
  version?: 1 | 2 | undefined;
  azp?: string | undefined;
  lifetimeSeconds?: number | undefined;
}

/** Session tokens carry `azp` only when the request that asked for them had an Origin. */
export function sessionToken(instance: Instance, request: SessionTokenRequest): Unsigned {
  const { user, session, orgId } = request;
  const membership = orgId === null ? undefined : findMembership(instance, orgId, user.id);
  const organization = orgId === null ? undefined : instance.tables.organizations.get(orgId);
  const inOrganization =
    membership === undefined || organization === undefined ? undefined : { membership, organization };
  const custom = fillShortcodes(instance.settings.sessionClaims, { user, organization, membership });
  const times = standardClaims(instance, request.lifetimeSeconds ?? SESSION_TOKEN_LIFETIME);
  const minutes = Math.max(0, Math.floor((instance.now() - session.created_at) / 60_000));
  const common = {
    ...custom,
    ...(request.azp === undefined ? {} : { azp: request.azp }),
    ...(session.actor === null ? {} : { act: session.actor }),
    ...times,
    fva: [minutes, -1],
    sid: session.id,
    sub: user.id,
  };
  const versioned =
    request.version === 1
      ? organizationV1(instance, inOrganization)
      : { ...organizationV2(instance, inOrganization), sts: session.status, v: 2 };
  return { header: { typ: "JWT", cat: CATEGORY.session }, claims: { ...common, ...versioned } };
}

export interface TemplateTokenRequest {
  user: User;
  orgId: string | null;
  /** Undefined for a name that nobody described: such a template adds no claims. */
  template?: JwtTemplate | undefined;
  azp?: string | undefined;
  lifetimeSeconds?: number | undefined;
}

/** A token of a JWT template: no session, no version, its own lifetime. It outlives the session it came from. */
export function templateToken(instance: Instance, request: TemplateTokenRequest): Unsigned {
  const { user, orgId, template, azp } = request;
  const subjects = {
    user,
    organization: orgId === null ? undefined : instance.tables.organizations.get(orgId),
    membership: orgId === null ? undefined : findMembership(instance, orgId, user.id),
  };
  const claims = {
    ...fillShortcodes(template?.claims ?? {}, subjects),
    ...(azp === undefined ? {} : { azp }),
    ...standardClaims(instance, request.lifetimeSeconds ?? template?.lifetime ?? SESSION_TOKEN_LIFETIME),
    sub: user.id,
  };
  return { header: { typ: "JWT", cat: CATEGORY.template }, claims };
}

/** iss, iat, nbf, exp and jti. */
export function standardClaims(instance: Instance, lifetimeSeconds: number): Claims {
  const iat = nowSeconds(instance);
  return {
    exp: iat + lifetimeSeconds,
    iat,
    iss: instance.issuer,
    jti: randomBase62(20),
    nbf: iat - NOT_BEFORE_MARGIN,
  };
}

interface InOrganization {
  membership: Membership;
  organization: Organization;
}

function organizationV2(instance: Instance, inside: InOrganization | undefined): Claims {
  if (inside === undefined) return { pla: "u:free_user" };
  const { organization, membership } = inside;
  const { fea, ...packed } = packPermissions(instance.tables.roles.get(membership.role)?.permissions ?? []);
  const rol = membership.role.replace(/^org:/, "");
  const o = { id: organization.id, slg: organization.slug, rol, ...packed };
  return { pla: "u:free_user", ...(fea === undefined ? {} : { fea }), o };
}

function organizationV1(instance: Instance, inside: InOrganization | undefined): Claims {
  if (inside === undefined) return {};
  const { organization, membership } = inside;
  const permissions = instance.tables.roles.get(membership.role)?.permissions ?? [];
  return {
    org_id: organization.id,
    org_role: membership.role,
    org_slug: organization.slug,
    org_permissions: permissions.filter((permission) => !permission.startsWith("org:sys_")),
  };
}
