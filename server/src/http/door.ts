/** What the middlewares of the door hand on to the routes. */
export interface Door {
  Variables: { requestId: string };
}
