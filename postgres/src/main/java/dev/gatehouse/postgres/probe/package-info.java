/**
 * What a role can do, found out by trying it, and tenant isolation by row-level security.
 *
 * <p>Door to enter by: {@link dev.gatehouse.postgres.probe.PostgresRoleProbes}.
 */
@NullMarked
package dev.gatehouse.postgres.probe;

import org.jspecify.annotations.NullMarked;
