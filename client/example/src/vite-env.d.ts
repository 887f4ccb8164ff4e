/** What the page is built with; see README.md. */
interface ImportMetaEnv {
  readonly VITE_API_URL?: string;
  readonly VITE_CLERK_PUBLISHABLE_KEY?: string;
  readonly VITE_LOCAL_CLERK_URL?: string;
}
