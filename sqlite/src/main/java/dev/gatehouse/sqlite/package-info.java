/**
 * The SQLite dialect: sessions that really cannot write, one lease per file, backups that share
 * their snapshot with their proof, and restores that are all or nothing.
 *
 * <p>Door to enter by: {@link dev.gatehouse.sqlite.Sqlite}.
 */
@NullMarked
package dev.gatehouse.sqlite;

import org.jspecify.annotations.NullMarked;
