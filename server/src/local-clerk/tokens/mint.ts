import { z } from "zod";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { unprocessable } from "../errors.ts";
import { newHexId, newId } from "../ids.ts";
import { currentKey } from "../instance.ts";
import { publicPem } from "../keys.ts";
import { createSession, isOpen, sessionsOf } from "../resources/sessions.ts";
import { blankUser } from "../resources/users.ts";
import { CATEGORY, hmacFor, signatureFor, signBy } from "./sign.ts";
import { sessionToken, standardClaims, templateToken } from "./session-token.ts";
import type { Instance } from "../instance.ts";
import type { SigningKey } from "../keys.ts";
import type { Session, User } from "../shapes.ts";
import type { Unsigned } from "./session-token.ts";

const Seconds = z.number().nullish();
const Text = z.string().nullish();

/** In every claim and header member null means: leave it out. */
export const MintRequest = z.strictObject({
  kind: z.enum(["session", "template", "m2m", "oauth"]).optional(),
  userId: z.string().optional(),
  sessionId: z.string().optional(),
  orgId: Text,
  v: z.union([z.literal(1), z.literal(2)]).optional(),
  template: z.string().optional(),
  expiresInSeconds: z.number().optional(),
  azp: Text,
  sts: Text,
  sub: Text,
  iss: Text,
  jti: Text,
  exp: Seconds,
  iat: Seconds,
  nbf: Seconds,
  /** Any claim at all; wins over everything above. */
  claims: z.record(z.string(), z.unknown()).optional(),
  kid: Text,
  typ: Text,
  cat: Text,
  alg: Text,
  /** Any header member at all, such as `crit` or `jwk`; wins over the four above. */
  header: z.record(z.string(), z.unknown()).optional(),
  /** `wrong` signs with a key that is in no key set; `none` leaves the signature empty. */
  key: z.enum(["current", "previous", "wrong", "hs256-public-pem", "none"]).optional(),
});
export type MintRequest = z.input<typeof MintRequest>;

const ALG_OF_KEY = {
  current: "RS256",
  previous: "RS256",
  wrong: "RS256",
  "hs256-public-pem": "HS256",
  none: "none",
} as const;

/** Any token, good or broken. A user who does not exist is allowed: tokens of deleted users exist, too. */
export function mint(instance: Instance, request: MintRequest): string {
  const { header, claims } = UNSIGNED[request.kind ?? "session"](instance, request);
  const { azp, sts, sub, iss, jti, exp, iat, nbf } = request;
  const finalClaims = overlay(claims, { azp, sts, sub, iss, jti, exp, iat, nbf }, request.claims);
  const alg = ALG_OF_KEY[request.key ?? "current"];
  const kid = signingKey(instance, request).kid;
  const { kid: givenKid, typ, cat, alg: givenAlg } = request;
  const finalHeader = overlay(
    { alg, kid, ...header },
    { kid: givenKid, typ, cat, alg: givenAlg },
    request.header,
  );
  const signature = SIGNATURES[request.key ?? "current"](instance, request, finalHeader["alg"]);
  return signBy(finalHeader, finalClaims, signature);
}

type Kind = NonNullable<MintRequest["kind"]>;

const UNSIGNED: Record<Kind, (instance: Instance, request: MintRequest) => Unsigned> = {
  session: unsignedSession,
  template(instance, request) {
    const template = [...instance.tables.jwtTemplates.values()].find((one) => one.name === request.template);
    const user = userOf(instance, request);
    const orgId = request.orgId ?? null;
    return templateToken(instance, { user, orgId, template, lifetimeSeconds: request.expiresInSeconds });
  },
  m2m(instance, request) {
    const times = standardClaims(instance, request.expiresInSeconds ?? 3600);
    const claims = { ...times, jti: newHexId("mt"), sub: newId("mch") };
    return { header: { typ: "JWT", cat: CATEGORY.m2m }, claims };
  },
  oauth(instance, request) {
    const times = standardClaims(instance, request.expiresInSeconds ?? 86_400);
    const who = { sub: userOf(instance, request).id, client_id: "client_minted" };
    const claims = { ...times, ...who, jti: newHexId("oat"), scope: "openid profile email" };
    return { header: { typ: "at+jwt" }, claims };
  },
};

function unsignedSession(instance: Instance, request: MintRequest): Unsigned {
  const session = sessionOf(instance, request);
  const user = userOf(instance, { ...request, userId: request.userId ?? session.user_id });
  const orgId = request.orgId === undefined ? session.last_active_organization_id : request.orgId;
  return sessionToken(instance, {
    user,
    session,
    orgId,
    version: request.v,
    lifetimeSeconds: request.expiresInSeconds,
  });
}

/** The session asked for, else one that the user has open, else a new one; for a stranger one that is not kept. */
function sessionOf(instance: Instance, request: MintRequest): Session {
  const { sessions, users } = instance.tables;
  const now = instance.now();
  const stranger: Session = {
    object: "session",
    id: request.sessionId ?? newId("sess"),
    user_id: request.userId ?? "",
    client_id: newId("client"),
    actor: null,
    status: "active",
    last_active_organization_id: null,
    last_active_at: now,
    latest_activity: null,
    expire_at: now,
    abandon_at: now,
    tasks: null,
    created_at: now,
    updated_at: now,
  };
  if (request.sessionId !== undefined) return sessions.get(request.sessionId) ?? stranger;
  const user = users.get(request.userId ?? "");
  if (user === undefined || user.banned || user.locked) return stranger;
  const open = sessionsOf(instance, user.id).findLast((session) => isOpen(session));
  return open ?? createSession(instance, { userId: user.id });
}

function userOf(instance: Instance, request: MintRequest): User {
  const id = request.userId ?? instance.tables.sessions.get(request.sessionId ?? "")?.user_id;
  if (id === undefined)
    throw unprocessable("form_param_missing", "userId", "Name a userId or a known sessionId");
  return instance.tables.users.get(id) ?? blankUser(id, instance.now());
}

function overlay(
  base: Record<string, unknown>,
  ...layers: (Record<string, unknown> | undefined)[]
): Record<string, unknown> {
  const result = { ...base };
  for (const [name, value] of layers.flatMap((layer) => Object.entries(layer ?? {}))) {
    if (value === null) delete result[name];
    else if (value !== undefined) result[name] = value;
  }
  return result;
}

function signingKey(instance: Instance, request: MintRequest): SigningKey {
  if (request.key !== "previous") return currentKey(instance);
  const previous = instance.keys[1];
  if (previous === undefined)
    throw unprocessable("form_param_value_invalid", "key", "No key was rotated yet");
  return previous;
}

type Signature = (content: Buffer) => Buffer;

const SIGNATURES: Record<
  NonNullable<MintRequest["key"]>,
  (instance: Instance, request: MintRequest, alg: unknown) => Signature
> = {
  current: (instance, _, alg) => signatureFor(alg, currentKey(instance).privateKey),
  previous: (instance, request, alg) => signatureFor(alg, signingKey(instance, request).privateKey),
  wrong: (_instance, _request, alg) => signatureFor(alg, wrongKey(String(alg))),
  // Algorithm confusion: the public key, which everybody has, taken for a shared secret.
  "hs256-public-pem": (instance) => hmacFor(publicPem(currentKey(instance))),
  none: () => () => Buffer.alloc(0),
};

const wrongKeys = new Map<string, KeyObject>();

/** Made once: making an RSA key takes a noticeable part of a second. */
function wrongKey(alg: string): KeyObject {
  const kind = alg.startsWith("ES") ? "ec" : "rsa";
  const known = wrongKeys.get(kind);
  if (known !== undefined) return known;
  const encoding = { privateKeyEncoding: { type: "pkcs8", format: "pem" } } as const;
  const publicKeyEncoding = { type: "spki", format: "pem" } as const;
  const { privateKey } =
    kind === "ec"
      ? generateKeyPairSync("ec", { namedCurve: "P-256", publicKeyEncoding, ...encoding })
      : generateKeyPairSync("rsa", { modulusLength: 2048, publicKeyEncoding, ...encoding });
  const key = createPrivateKey(privateKey);
  wrongKeys.set(kind, key);
  return key;
}
