import { createClerkClient } from "@clerk/backend";
import type { ClerkClient, Session, User } from "@clerk/backend";
import { AppError } from "../base/app-error.ts";
import type { ClerkSettings } from "../base/config-identity.ts";
import type { Log } from "../base/log.ts";
import { askClerk } from "./clerk-errors.ts";

/**
 * What we ask of Clerk's Backend API. Users are Clerk's own JSON, as it stands in webhooks too.
 *
 * Every call may fail with the codes of `askClerk`; NOT_FOUND is an id that Clerk does not know.
 */
export interface ClerkApi {
  /** Null where Clerk knows no such user. */
  getUser(clerkId: string): Promise<unknown>;
  /** The id of the user whose verified primary e-mail address this is; null where there is none. */
  findUserId(email: string): Promise<string | null>;
  banUser(clerkId: string): Promise<unknown>;
  unbanUser(clerkId: string): Promise<unknown>;
  deleteUser(clerkId: string): Promise<void>;
  /** Merged at every depth into what is there; null takes a key away. */
  mergeMetadata(clerkId: string, metadata: UserMetadata): Promise<unknown>;
  createSignInToken(clerkId: string, expiresInSeconds: number): Promise<SignInTicket>;
  /** The newest first, whatever their status where none is named. */
  listSessions(clerkId: string, slice: SessionSlice): Promise<{ sessions: ClerkSession[]; total: number }>;
  getSession(sessionId: string): Promise<ClerkSession>;
  revokeSession(sessionId: string): Promise<ClerkSession>;
}

export interface UserMetadata {
  publicMetadata?: Record<string, unknown>;
  privateMetadata?: Record<string, unknown>;
  unsafeMetadata?: Record<string, unknown>;
}

export interface SignInTicket {
  id: string;
  /** Whoever has it is signed in as that user: for the answer, and for nothing else. */
  token: string;
  url: string;
}

export interface SessionSlice {
  status?: "active" | "pending";
  limit: number;
  offset: number;
}

/** A session as the Backend API gives it. Instants are milliseconds; `status` is Clerk's word. */
export interface ClerkSession {
  id: string;
  clerkId: string;
  status: string;
  lastActiveAt: number;
  expireAt: number;
  createdAt: number;
  updatedAt: number;
  browser: string | null;
  device: string | null;
  city: string | null;
  country: string | null;
}

export function openClerkApi(settings: ClerkSettings, log: Log): ClerkApi {
  const client: ClerkClient = createClerkClient({
    secretKey: settings.secretKey.reveal(),
    apiUrl: settings.apiUrl,
    telemetry: { disabled: true },
  });
  const { users, sessions, signInTokens } = client;
  const ask = <Answer>(call: () => Promise<Answer>): Promise<Answer> => askClerk(log, call);
  return {
    getUser: (id) => orNull(ask(async () => (await users.getUser(id)).raw)),
    findUserId: (email) =>
      ask(async () => {
        const { data } = await users.getUserList({ emailAddress: [email], limit: 10 });
        return data.find((user) => isPrimary(user, email))?.id ?? null;
      }),
    banUser: (id) => ask(async () => (await users.banUser(id)).raw),
    unbanUser: (id) => ask(async () => (await users.unbanUser(id)).raw),
    deleteUser: (id) => ask(async () => void (await users.deleteUser(id))),
    mergeMetadata: (id, given) => ask(async () => (await users.updateUserMetadata(id, given)).raw),
    createSignInToken: (userId, expiresInSeconds) =>
      ask(async () => {
        const { id, token, url } = await signInTokens.createSignInToken({ userId, expiresInSeconds });
        return { id, token, url };
      }),
    listSessions: (userId, slice) =>
      ask(async () => {
        const { data, totalCount } = await sessions.getSessionList({ userId, ...slice });
        return { sessions: data.map(toClerkSession), total: totalCount };
      }),
    getSession: (id) => ask(async () => toClerkSession(await sessions.getSession(id))),
    revokeSession: (id) => ask(async () => toClerkSession(await sessions.revokeSession(id))),
  };
}

/** Not any address of his: one that he has only claimed, and not verified, may be somebody else's. */
function isPrimary({ primaryEmailAddress: primary }: User, email: string): boolean {
  const isVerified = primary?.verification?.status === "verified";
  return isVerified && primary.emailAddress.toLowerCase() === email.toLowerCase();
}

async function orNull<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AppError && error.code === "NOT_FOUND") return null;
    throw error;
  }
}

function toClerkSession(session: Session): ClerkSession {
  const {
    id,
    userId: clerkId,
    status,
    lastActiveAt,
    expireAt,
    createdAt,
    updatedAt,
    latestActivity,
  } = session;
  return {
    id,
    clerkId,
    status,
    lastActiveAt,
    expireAt,
    createdAt,
    updatedAt,
    browser: latestActivity?.browserName ?? null,
    device: latestActivity?.deviceType ?? null,
    city: latestActivity?.city ?? null,
    country: latestActivity?.country ?? null,
  };
}
