/**
 * The PostgreSQL dialect: sessions that cannot write; leases, latches, fences and markers; scripts
 * as psql reads them; backups, drills and restores by pg_dump and pg_restore; the catalogue and its
 * drift; questions for gates and guards.
 *
 * <p>Door to enter by: {@code Postgres}.
 */
@NullMarked
package dev.gatehouse.postgres;

import org.jspecify.annotations.NullMarked;
