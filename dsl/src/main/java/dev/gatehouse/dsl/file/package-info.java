/** What stands in files beside the database: an application's sources, a log, an environment. */
@NullMarked
package dev.gatehouse.dsl.file;

import org.jspecify.annotations.NullMarked;
