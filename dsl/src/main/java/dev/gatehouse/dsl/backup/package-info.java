/** Verbs for backups, restore drills and restores. */
@NullMarked
package dev.gatehouse.dsl.backup;

import org.jspecify.annotations.NullMarked;
