/**
 * What is known is given at once, and only what is not is promised. On the road of every call a promise for each thing
 * that is known costs more than the thing; whoever awaits it need not care.
 */
export type Soon<Value> = Value | Promise<Value>;
