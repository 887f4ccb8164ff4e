import { Hono } from "hono";
import type { Context } from "hono";
import { ClerkError, unprocessable } from "../errors.ts";
import { isLoopbackOrigin } from "../guard.ts";
import { createSession } from "../resources/sessions.ts";
import { createSignInToken } from "../resources/sign-in-tokens.ts";
import { createUser, getUser } from "../resources/users.ts";
import { tokenOfSession } from "../tokens/of-session.ts";
import { contentSecurity, signedInPage, signInPage } from "./sign-in-page.ts";
import type { Instance } from "../instance.ts";
import type { User } from "../shapes.ts";

/** Seconds: the page that gets a ticket exchanges it at once. */
const TICKET_SECONDS = 120;
/** For a token that is copied by hand. */
const COPIED_TOKEN_SECONDS = 3600;

/**
 * The page where the developer says who to be. A frontend sends the browser to `/sign-in?redirect_url=…` and gets it
 * back with `#__clerk_ticket=…`, which `POST /v1/client/sign_ins` (strategy=ticket) turns into a session. The ticket is
 * in the fragment, so that it comes into no server's log.
 */
export function signInRoutes(instance: Instance): Hono {
  const routes = new Hono();
  routes.get("/sign-in", (c) => {
    const redirectUrl = redirectTarget(c.req.query("redirect_url"));
    const ticket = c.req.query("__clerk_ticket");
    if (ticket !== undefined && redirectUrl !== undefined) return answerTicket(c, redirectUrl, ticket);
    return html(c, signInPage({ users: newestFirst(instance), redirectUrl }), { redirectUrl });
  });

  routes.post("/sign-in", async (c) => {
    requireOwnPage(c);
    const form = new URLSearchParams(await c.req.text());
    const redirectUrl = redirectTarget(form.get("redirect_url") ?? undefined);
    try {
      const user = chooseUser(instance, form);
      return redirectUrl === undefined
        ? html(c, signedInPage({ user, token: copiedToken(instance, user) }), { redirectUrl })
        : answer(instance, { c, user, redirectUrl });
    } catch (error) {
      if (!(error instanceof ClerkError)) throw error;
      const page = signInPage({ users: newestFirst(instance), redirectUrl, problem: error.message });
      return html(c, page, { redirectUrl, status: error.status });
    }
  });
  return routes;
}

function chooseUser(instance: Instance, form: URLSearchParams): User {
  const userId = form.get("user_id");
  const user =
    userId === null
      ? createUser(instance, {
          email_address: [(form.get("email_address") ?? "").trim()],
          first_name: form.get("first_name") || null,
          last_name: form.get("last_name") || null,
        })
      : getUser(instance, userId);
  if (user.banned || user.locked) {
    throw new ClerkError(403, "user_banned", { message: "This user may not sign in." });
  }
  return user;
}

function answer(instance: Instance, to: { c: Context; user: User; redirectUrl: URL }): Response {
  const { c, user, redirectUrl } = to;
  // The browser came from our own /oauth/authorize, which only wanted to know who it is.
  if (redirectUrl.origin === ownOrigin(c) && redirectUrl.pathname === "/oauth/authorize") {
    redirectUrl.searchParams.set("login", user.id);
    return c.redirect(redirectUrl.href, 303);
  }
  const { token } = createSignInToken(instance, { user_id: user.id, expires_in_seconds: TICKET_SECONDS });
  return answerTicket(c, redirectUrl, token);
}

function answerTicket(c: Context, redirectUrl: URL, ticket: string): Response {
  redirectUrl.hash = new URLSearchParams({ __clerk_ticket: ticket }).toString();
  return c.redirect(redirectUrl.href, 303);
}

function copiedToken(instance: Instance, user: User): string {
  const session = createSession(instance, { userId: user.id });
  return tokenOfSession(instance, session.id, { lifetimeSeconds: COPIED_TOKEN_SECONDS });
}

/** Only back to a page of this machine: a ticket is as good as a password. */
function redirectTarget(text: string | undefined): URL | undefined {
  if (text === undefined || text === "") return undefined;
  if (!isLoopbackOrigin(text)) {
    throw unprocessable("form_param_value_invalid", "redirect_url", "redirect_url must be of this machine");
  }
  return new URL(text);
}

/** Against a page elsewhere that posts this form for the developer: browsers name the sender in Origin. */
function requireOwnPage(c: Context): void {
  if (c.req.header("origin") === ownOrigin(c)) return;
  throw new ClerkError(403, "origin_invalid", { message: "This form is taken from its own page only" });
}

/** The Host was checked by the guard. */
function ownOrigin(c: Context): string {
  return `http://${c.req.header("host") ?? ""}`;
}

function newestFirst(instance: Instance): User[] {
  return [...instance.tables.users.values()].toReversed();
}

async function html(
  c: Context,
  page: ReturnType<typeof signInPage>,
  about: { redirectUrl: URL | undefined; status?: ClerkError["status"] },
): Promise<Response> {
  for (const [name, value] of Object.entries(contentSecurity(about.redirectUrl))) c.header(name, value);
  return c.html(await page, about.status ?? 200);
}
