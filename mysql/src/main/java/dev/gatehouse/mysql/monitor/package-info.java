/**
 * What a server at work tells: sessions, lock waits, deadlocks, replication.
 *
 * <p>Door to enter by: {@link dev.gatehouse.mysql.monitor.MySqlMonitors}.
 */
@NullMarked
package dev.gatehouse.mysql.monitor;

import org.jspecify.annotations.NullMarked;
