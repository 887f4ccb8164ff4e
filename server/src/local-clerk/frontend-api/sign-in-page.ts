import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import { isLoopbackOrigin } from "../guard.ts";
import { primaryEmail } from "../resources/users.ts";
import type { User } from "../shapes.ts";

type Html = ReturnType<typeof html>;

/** Colours of text on their grounds have a contrast of at least 7 to 1 in both schemes. */
const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --text: #1b1b1f; --quiet: #4a4a52; --line: #8a8a94; --mark: #1746c0 }
@media (prefers-color-scheme: dark) {
  :root { --ground: #16161a; --text: #f1f1f4; --quiet: #c3c3cc; --line: #7a7a86; --mark: #a9c1ff }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 30rem; margin: 0 auto; padding: 2rem 1rem }
h1 { font-size: 1.5rem; margin: 0 0 .5rem }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
p { color: var(--quiet); margin: .25rem 0 1rem; overflow-wrap: anywhere }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem }
label { display: block; margin: .75rem 0 .25rem }
button, input, textarea { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit;
  background: transparent; border: 1px solid var(--line); border-radius: .375rem; text-align: left }
button { cursor: pointer }
button:disabled { cursor: not-allowed; color: var(--quiet) }
button:hover:enabled { border-color: var(--mark) }
button small { display: block; color: var(--quiet); overflow-wrap: anywhere }
a { color: var(--mark) }
.main { margin-top: 1rem; text-align: center; font-weight: 600; border-color: var(--mark); color: var(--mark) }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px }
[role=alert] { border-left: 4px solid var(--mark); padding-left: .75rem; color: var(--text) }
textarea { font-family: ui-monospace, monospace; font-size: .875rem; overflow-wrap: anywhere }
`;

const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

/**
 * No script runs, nothing is loaded, and no other page may frame this one (a click could then sign somebody in).
 * form-action also rules every redirect after the form: to the page that asked, or over /oauth/authorize to the
 * client. IPv6 addresses cannot be written in it, so it is left out for them.
 */
export function contentSecurity(redirectUrl: URL | undefined): Record<string, string> {
  const targets = [redirectUrl?.href, redirectUrl?.searchParams.get("redirect_uri")];
  const origins = targets.flatMap((target) =>
    typeof target === "string" && isLoopbackOrigin(target) ? [new URL(target).origin] : [],
  );
  const form = origins.some((origin) => origin.includes("["))
    ? ""
    : `; form-action ${["'self'", ...new Set(origins)].join(" ")}`;
  return {
    "content-security-policy": `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'${form}`,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  };
}

export interface SignInPage {
  users: readonly User[];
  redirectUrl: URL | undefined;
  problem?: string;
}

export function signInPage({ users, redirectUrl, problem }: SignInPage): Html {
  const back = html`<input type="hidden" name="redirect_url" value="${redirectUrl?.href ?? ""}" />`;
  return frame(
    "Sign in",
    html`<h1>Sign in</h1>
      <p>
        The local identity provider, for development on this machine.
        ${redirectUrl === undefined ? "" : html`You will return to ${redirectUrl.origin}.`}
      </p>
      ${problem === undefined ? "" : html`<p role="alert">${problem}</p>`}
      ${users.length === 0 ? html`<p>There is nobody yet. Sign up below.</p>` : listOf(users, back)}
      <h2 id="sign-up">Sign up</h2>
      <form method="post" action="/sign-in" aria-labelledby="sign-up">
        ${back}
        <label for="email">E-mail address</label>
        <input id="email" name="email_address" type="email" autocomplete="off" required />
        <label for="first">First name (optional)</label>
        <input id="first" name="first_name" autocomplete="off" maxlength="256" />
        <label for="last">Last name (optional)</label>
        <input id="last" name="last_name" autocomplete="off" maxlength="256" />
        <button class="main">Sign up and continue</button>
      </form>`,
  );
}

function listOf(users: readonly User[], back: Html): Html {
  return html`<form method="post" action="/sign-in" aria-label="Who to sign in as">
    ${back}
    <ul>
      ${users.map((user) => {
        const name = [user.first_name, user.last_name].filter(Boolean).join(" ");
        const shut = user.banned || user.locked;
        const state = user.banned ? "banned" : "locked";
        return html`<li>
          <button name="user_id" value="${user.id}" ${shut ? raw("disabled") : ""}>
            ${name === "" ? labelOf(user) : name}
            <small>${labelOf(user)}${shut ? ` (${state})` : ""}</small>
          </button>
        </li>`;
      })}
    </ul>
  </form>`;
}

/** Shown when no page asked: a token to try the API with. */
export function signedInPage({ user, token }: { user: User; token: string }): Html {
  return frame(
    "Signed in",
    html`<h1>Signed in</h1>
      <p>You are ${labelOf(user)} (${user.id}). This session token is good for one hour.</p>
      <label for="token">Send it as Authorization: Bearer …</label>
      <textarea id="token" rows="8" readonly>${token}</textarea>
      <p><a href="/sign-in">Sign in as somebody else</a></p>`,
  );
}

function labelOf(user: User): string {
  return primaryEmail(user) ?? user.username ?? user.id;
}

function frame(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · local identity provider</title>
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`;
}
