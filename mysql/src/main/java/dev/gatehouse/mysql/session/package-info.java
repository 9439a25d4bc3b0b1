/**
 * Sessions of MySQL and MariaDB whose settings are known, and the locks by name that keep two runs
 * apart. Enter by {@link dev.gatehouse.mysql.session.Sessions}.
 */
@NullMarked
package dev.gatehouse.mysql.session;

import org.jspecify.annotations.NullMarked;
