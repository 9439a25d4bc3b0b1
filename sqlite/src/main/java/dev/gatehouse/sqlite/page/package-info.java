/** A database's files, read as bytes: header, pages and what a write-ahead log adds to them. */
@NullMarked
package dev.gatehouse.sqlite.page;

import org.jspecify.annotations.NullMarked;
