import { createHmac, createPublicKey } from "node:crypto";
import type { MintRequest } from "../../server/src/local-clerk/controls.ts";
import type { InstanceServer } from "../support/instance.ts";

export const APP = "https://app.example.com";
export const AUDIENCE = "https://api.example.com";
export const TEMPLATE_AUDIENCE = "https://templates.example.com";
export const SERVICE_USER = "user_2service0000000000000000000";

/** The settings under which the tables of tokens are judged. */
export const SETTINGS = {
  CLERK_AUTHORIZED_PARTIES: `${APP},https://admin.example.com`,
  CLERK_AUDIENCE: `${AUDIENCE},mch_ours`,
  CLERK_JWT_TEMPLATES: `partner:${TEMPLATE_AUDIENCE}`,
  CLERK_OAUTH_CLIENT_IDS: "client_ours,client_also_ours",
  CLERK_SERVICE_USER_ID: SERVICE_USER,
};

/** Makes tokens, good and bad, for one person. */
export interface Workshop {
  userId: string;
  sessionId: string;
  /** Seconds since 1970, a number of seconds from now. */
  at: (seconds: number) => number;
  session: (request?: MintRequest) => Promise<string>;
  template: (request?: MintRequest) => Promise<string>;
  oauth: (request?: MintRequest) => Promise<string>;
  machine: (request?: MintRequest) => Promise<string>;
  /** A token of the person with this HMAC for a signature. */
  hmac: (secret: string | Buffer) => Promise<string>;
  /** The public key in all the forms that an attacker could take for a shared secret. */
  publicKey: () => Promise<{ pem: string; der: Buffer; modulus: string; keySet: string }>;
}

export function openWorkshop(
  { clerk, instance }: Pick<InstanceServer, "clerk" | "instance">,
  { userId, sessionId }: { userId: string; sessionId: string },
): Workshop {
  const mint = (request: MintRequest): Promise<string> => clerk.mint(request);
  const session = (request: MintRequest = {}) => mint({ sessionId, azp: APP, ...request });
  return {
    userId,
    sessionId,
    at,
    session,
    template: (request = {}) =>
      mint({ kind: "template", userId, azp: APP, ...claimed({ aud: TEMPLATE_AUDIENCE }, request) }),
    oauth: (request = {}) =>
      mint({ kind: "oauth", userId, ...claimed({ aud: AUDIENCE, client_id: "client_ours" }, request) }),
    machine: (request = {}) => mint({ kind: "m2m", ...claimed({ scopes: "mch_ours mch_other" }, request) }),
    hmac: async (secret) => {
      const [head = "", body = ""] = (await session({ alg: "HS256" })).split(".");
      return `${head}.${body}.${createHmac("sha256", secret).update(`${head}.${body}`).digest("base64url")}`;
    },
    publicKey: async () => {
      const { pem } = await clerk.publicKey();
      const key = createPublicKey(pem);
      const { n = "" } = key.export({ format: "jwk" });
      const answer = await fetch(`${instance.url}/.well-known/jwks.json`);
      return {
        pem,
        der: key.export({ type: "spki", format: "der" }),
        modulus: n,
        keySet: await answer.text(),
      };
    },
  };
}

function at(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

function claimed(claims: Record<string, unknown>, { claims: more, ...request }: MintRequest): MintRequest {
  return { ...request, claims: { ...claims, ...more } };
}

/** A part of a JWT, from any value or from text that is no JSON at all. */
export function part(value: unknown): string {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
}

/** The parts of a token, to be put together wrongly. */
export function taken(token: string): [header: string, payload: string, signature: string] {
  const [header = "", payload = "", signature = ""] = token.split(".");
  return [header, payload, signature];
}
