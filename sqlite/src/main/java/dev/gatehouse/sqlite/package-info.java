/** The SQLite dialect. */
@NullMarked
package dev.gatehouse.sqlite;

import org.jspecify.annotations.NullMarked;
