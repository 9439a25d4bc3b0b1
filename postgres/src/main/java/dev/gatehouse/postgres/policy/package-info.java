/** What the catalogue says of a table's rows: conditions, columns, and what is built over them. */
@NullMarked
package dev.gatehouse.postgres.policy;

import org.jspecify.annotations.NullMarked;
