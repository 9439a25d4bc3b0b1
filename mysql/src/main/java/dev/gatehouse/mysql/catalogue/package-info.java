/**
 * What a database of MySQL or MariaDB is made of, read until two readings agree. Enter by {@link
 * dev.gatehouse.mysql.catalogue.MySqlCatalogue}.
 */
@NullMarked
package dev.gatehouse.mysql.catalogue;

import org.jspecify.annotations.NullMarked;
