/**
 * Logical backups with {@code pg_dump}, restore drills, and restores in place.
 *
 * <p>Door to enter by: {@link dev.gatehouse.postgres.backup.PostgresBackups}.
 */
@NullMarked
package dev.gatehouse.postgres.backup;

import org.jspecify.annotations.NullMarked;
