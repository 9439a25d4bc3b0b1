/**
 * Checks of a server at work: sessions, ungranted locks, deadlocks, replication lag, archiving.
 *
 * <p>Door to enter by: {@link dev.gatehouse.postgres.monitor.ServerCount}.
 */
@NullMarked
package dev.gatehouse.postgres.monitor;

import org.jspecify.annotations.NullMarked;
