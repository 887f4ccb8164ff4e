/** What the middlewares of the door hand on to the routes. */
export interface Door {
  Variables: {
    requestId: string;
    /** Where the request comes from; null where it is not known. */
    address: string | null;
  };
}
