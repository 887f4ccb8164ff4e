import { AUDIENCE, SERVICE_USER } from "./workshop.ts";
import type { Workshop } from "./workshop.ts";

/** A token that must open the door, and what its bearer is then taken for. */
export type GoodToken = readonly [
  name: string,
  make: (shop: Workshop) => Promise<string>,
  whoami: Record<string, unknown>,
];

const session = { kind: "user", via: "session" };
const oauth = { kind: "user", via: "oauth", sessionId: null, scopes: null };
const ORGANIZATION = { id: "org_acme", slg: "acme", rol: "admin" };

export const GOOD_TOKENS: readonly GoodToken[] = [
  [
    "a session token of today (v2)",
    (shop) => shop.session(),
    { ...session, actor: null, organizationId: null },
  ],
  ["a session token of yesterday (v1)", (shop) => shop.session({ v: 1 }), session],
  [
    "a v2 token with an active organization",
    (shop) => shop.session({ claims: { o: ORGANIZATION } }),
    { ...session, organizationId: "org_acme" },
  ],
  [
    "a v1 token with an active organization",
    (shop) => shop.session({ v: 1, claims: { org_id: "org_acme", org_role: "org:admin" } }),
    { ...session, organizationId: "org_acme" },
  ],
  ["a token of before there were categories", (shop) => shop.session({ cat: null }), session],
  [
    "a token for the second of our frontends",
    (shop) => shop.session({ azp: "https://admin.example.com" }),
    session,
  ],
  [
    "a token that lives for a day",
    (shop) => shop.session({ iat: shop.at(0), exp: shop.at(86_400) }),
    session,
  ],
  ["a token without nbf", (shop) => shop.session({ nbf: null }), session],
  [
    "a token that ended a moment ago, within the skew",
    (shop) => shop.session({ iat: shop.at(-62), exp: shop.at(-2) }),
    session,
  ],
  [
    "a token from a clock that is a little ahead",
    (shop) => shop.session({ iat: shop.at(2), nbf: shop.at(2), exp: shop.at(62) }),
    session,
  ],
  ["a token with our audience", (shop) => shop.session({ claims: { aud: AUDIENCE } }), session],
  [
    "a token with our audience among others",
    (shop) => shop.session({ claims: { aud: ["https://other.example.com", AUDIENCE] } }),
    session,
  ],
  [
    "a token with claims of the dashboard",
    (shop) => shop.session({ claims: { metadata: { role: "admin" }, email: "x@y.z" } }),
    session,
  ],
  [
    "a token with header members that mean nothing here",
    (shop) => shop.session({ header: { oiat: 1, jku: "https://evil.test" } }),
    session,
  ],
  [
    "an impersonated session",
    (shop) => shop.session({ claims: { act: { iss: "https://dashboard.clerk.com", sub: "user_support" } } }),
    { ...session, actor: "user_support" },
  ],
  [
    "a session of an agent that acts for the user",
    (shop) => shop.session({ claims: { act: { sub: "agent_7", type: "agent" } } }),
    { ...session, actor: "agent_7" },
  ],
  [
    "a token of the service user without azp",
    (shop) => shop.session({ sub: SERVICE_USER, azp: null }),
    { ...session, subject: SERVICE_USER },
  ],
  ["a template's token", (shop) => shop.template(), { kind: "user", via: "template", sessionId: null }],
  [
    "a template's token with several audiences",
    (shop) => shop.template({ claims: { aud: ["https://templates.example.com", "x"] } }),
    { kind: "user", via: "template" },
  ],
  [
    "a template's token of the service user",
    (shop) => shop.template({ sub: SERVICE_USER, azp: null }),
    { kind: "user", via: "template" },
  ],
  ["an OAuth access token", (shop) => shop.oauth(), { ...oauth, clientId: "client_ours" }],
  [
    "an OAuth access token with the long form of its type",
    (shop) => shop.oauth({ typ: "application/at+jwt" }),
    oauth,
  ],
  [
    "an OAuth access token of the second client",
    (shop) => shop.oauth({ claims: { client_id: "client_also_ours", scp: ["openid"] } }),
    { ...oauth, clientId: "client_also_ours" },
  ],
  [
    "an OAuth access token inside an organization",
    (shop) => shop.oauth({ claims: { org_id: "org_acme" } }),
    { ...oauth, organizationId: "org_acme" },
  ],
  [
    "an OAuth access token from a token exchange",
    (shop) => shop.oauth({ claims: { act: { sub: "agent_7" } } }),
    { ...oauth, actor: "agent_7" },
  ],
  [
    "a machine's token",
    (shop) => shop.machine({ sub: "mch_caller" }),
    { kind: "machine", subject: "mch_caller", via: null },
  ],
  [
    "a machine's token of before there were categories",
    (shop) => shop.machine({ cat: null }),
    { kind: "machine" },
  ],
  [
    "a machine's token with its audience in aud",
    (shop) => shop.machine({ claims: { scopes: null, aud: ["mch_ours"] } }),
    { kind: "machine" },
  ],
];
