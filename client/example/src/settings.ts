/** What `client/example/.env` may set. All of it is in the page for everybody to read: no secrets here. */
const { VITE_API_URL, VITE_CLERK_PUBLISHABLE_KEY, VITE_LOCAL_CLERK_URL } = import.meta.env;

/** Where the API stands. Unset: where the page comes from, which Vite's proxy makes true. */
export const apiUrl = VITE_API_URL ?? window.location.origin;

/** Of a real Clerk instance. Unset: the local identity provider signs people in. */
export const clerkPublishableKey = VITE_CLERK_PUBLISHABLE_KEY;

export const localClerkUrl = VITE_LOCAL_CLERK_URL ?? "http://127.0.0.1:3001";
