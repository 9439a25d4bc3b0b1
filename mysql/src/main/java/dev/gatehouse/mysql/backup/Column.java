package dev.gatehouse.mysql.backup;

import dev.gatehouse.mysql.sql.SqlNames;

/**
 * A stored column; generated ones are computed again.
 *
 * @param counting whether AUTO_INCREMENT gives its values
 */
record Column(String name, ColumnKind kind, boolean counting) {
  String quoted() {
    return SqlNames.quoted(name);
  }
}
