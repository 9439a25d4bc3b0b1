/**
 * A runbook on MariaDB.
 *
 * <p>Door to enter by: {@link dev.gatehouse.examples.mysql.MySqlQuickstart}.
 */
@NullMarked
package dev.gatehouse.examples.mysql;

import org.jspecify.annotations.NullMarked;
