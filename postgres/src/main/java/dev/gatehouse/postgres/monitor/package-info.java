/**
 * Checks of a server at work: sessions, lock waits, deadlocks, replication lag, archiving.
 *
 * <p>Door to enter by: {@link dev.gatehouse.postgres.monitor.PostgresMonitors}.
 */
@NullMarked
package dev.gatehouse.postgres.monitor;

import org.jspecify.annotations.NullMarked;
