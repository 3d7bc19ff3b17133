import type { EntityManager } from 'typeorm';

/** An open transaction. Below a service it is always the explicit first argument; there is no ambient one. */
export type Tx = EntityManager;
