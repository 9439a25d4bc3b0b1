package dev.gatehouse.core.testkit;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;

/** One side of the contract, and what all sides begin with. */
interface Facet {

  /** What is under contract; the same for the whole test. */
  DialectSubject subject();

  default Dialect dialect() {
    return subject().dialect();
  }

  default Target target() {
    return subject().target();
  }

  default Concurrency concurrency() {
    return dialect().concurrency();
  }

  /** The target with three rows in its table. */
  default Target filled() throws SQLException {
    return fill(target());
  }

  /** That target, empty until now, with three rows in its table. */
  default Target fill(Target empty) throws SQLException {
    try (Connection session = dialect().openWriting(empty)) {
      Sql.run(session, subject().createTable(DialectSubject.TABLE));
      for (int id = 1; id <= 3; id++) {
        Sql.run(session, subject().insert(id, "item " + id));
      }
    }
    return empty;
  }

  /** Rows that everybody sees. */
  default long committedRows() throws SQLException {
    try (Connection session = dialect().openReading(target())) {
      return Sql.count(session);
    }
  }
}
