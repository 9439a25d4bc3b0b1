/**
 * Backup by JDBC under one snapshot, its verification, drill and restore. Enter by {@link
 * dev.gatehouse.mysql.backup.MySqlBackups}.
 */
@NullMarked
package dev.gatehouse.mysql.backup;

import org.jspecify.annotations.NullMarked;
