/**
 * Who may do what on a server of MySQL or MariaDB: its grant tables as one snapshot, and the
 * servers' rules over it. Enter by {@link dev.gatehouse.mysql.access.MySqlAccessReader}.
 */
@NullMarked
package dev.gatehouse.mysql.access;

import org.jspecify.annotations.NullMarked;
