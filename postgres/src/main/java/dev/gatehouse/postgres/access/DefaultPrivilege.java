package dev.gatehouse.postgres.access;

/**
 * An entry of ALTER DEFAULT PRIVILEGES for tables.
 *
 * @param schema quoted; empty for every schema
 */
record DefaultPrivilege(int creator, String schema, int grantee, int rights) {}
