/**
 * Files of a binary log: read whole and checked, resolved to a place between two transactions, and
 * replayed into a database beside the target. Framing, checksums and the database's name in a table
 * map are read here; whatever else stands in an event is read by mysql-binlog-connector-java.
 */
@NullMarked
package dev.gatehouse.mysql.binlog;

import org.jspecify.annotations.NullMarked;
