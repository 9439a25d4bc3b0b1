package dev.gatehouse.postgres.access;

import java.util.function.Consumer;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.ResultQuery;
import org.jooq.impl.DSL;

/** How the catalogue is asked: oids as numbers, names as texts, a part of the rows at a time. */
final class CatalogueReader {
  /** What one query told of is unknown to the next: it was made or dropped in between. */
  static final class ConcurrentDdlException extends RuntimeException {
    ConcurrentDdlException(String what) {
      super(what + " was made or dropped while the catalogue was read");
    }
  }

  private static final int FETCH = 5_000;

  /** Since which version of the server, and which rows, is told where the query stands. */
  final DSLContext sql;

  final int major;

  CatalogueReader(DSLContext sql, int major) {
    this.sql = sql;
    this.major = major;
  }

  static Field<Long> number(String expression) {
    return DSL.field("(" + expression + ")::bigint", Long.class);
  }

  static Field<String> text(String expression) {
    return DSL.field("(" + expression + ")::text", String.class);
  }

  static Field<Boolean> truth(String expression) {
    return DSL.field("(" + expression + ")", Boolean.class);
  }

  static Field<String[]> texts(String expression) {
    return DSL.field("(" + expression + ")::text[]", String[].class);
  }

  static <R extends Record> void each(ResultQuery<R> query, Consumer<? super R> row) {
    try (Cursor<R> rows = query.fetchSize(FETCH).fetchLazy()) {
      rows.forEach(row);
    }
  }
}
