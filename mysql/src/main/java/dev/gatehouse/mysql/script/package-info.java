/**
 * Scripts of MySQL and MariaDB for changes that are all or nothing. Enter by {@link
 * dev.gatehouse.mysql.script.MySqlScripts}.
 */
@NullMarked
package dev.gatehouse.mysql.script;

import org.jspecify.annotations.NullMarked;
