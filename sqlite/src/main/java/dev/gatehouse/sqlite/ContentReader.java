package dev.gatehouse.sqlite;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.process.SideBySide;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the content of a database, on one connection in one read transaction, or on several that
 * share a snapshot.
 *
 * <p>One use.
 */
final class ContentReader {
  /** Rows between two looks at whether the run was told to stop. */
  private static final long CHUNK = 200_000;

  private record Piece(int table, String query, int columns) {}

  private final List<Schema.Table> tables;
  private final List<RowDigest> digests = new ArrayList<>();
  private final List<Piece> pieces = new ArrayList<>();
  private final String schemaDigest;
  private final List<String> missingCollations;
  private int next;

  /** Reads the schema on a connection that is in the snapshot. */
  ContentReader(Connection connection) throws SQLException {
    schemaDigest = Schema.digest(connection);
    tables = Schema.tables(connection);
    missingCollations = StandInCollations.missing(connection);
    for (int i = 0; i < tables.size(); i++) {
      digests.add(new RowDigest());
      cut(connection, i);
    }
  }

  /** All of it, by all these connections, which share a snapshot. */
  static Content read(List<Connection> connections, Progress progress) throws Exception {
    return new ContentReader(connections.get(0)).read(connections, progress, side -> true);
  }

  /** The same, and by the first of them only after that. */
  Content read(List<Connection> connections, Progress progress, SideBySide.Work<?> before)
      throws Exception {
    Connection own = connections.get(0);
    SideBySide.run(
        progress,
        side -> {
          before.go(side);
          return readPieces(own, side);
        },
        connections.stream().skip(1).map(this::reading).toList());
    progress.continuing();
    return content();
  }

  private SideBySide.Work<Boolean> reading(Connection connection) {
    return side -> readPieces(connection, side);
  }

  private boolean readPieces(Connection connection, Progress side) throws SQLException {
    side.interruptibleBy(Driver.canceller(connection));
    try (StandInCollations standIns = StandInCollations.on(connection, missingCollations)) {
      do {
        side.continuing();
      } while (readPiece(connection));
      standIns.requireUnused();
    }
    return true;
  }

  /**
   * Reads one more piece; several threads may each do so on a connection of their own.
   *
   * @return false when nothing is left
   */
  private boolean readPiece(Connection connection) throws SQLException {
    Piece piece;
    synchronized (this) {
      if (next == pieces.size()) {
        return false;
      }
      piece = pieces.get(next++);
    }
    RowDigest digest = new RowDigest();
    Driver.digest(connection, piece.query(), piece.columns(), digest);
    synchronized (this) {
      digests.get(piece.table()).add(digest);
    }
    return true;
  }

  /** The content, once every piece was read. */
  private synchronized Content content() {
    List<TableContent> contents = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      RowDigest digest = digests.get(i);
      contents.add(new TableContent(tables.get(i).name(), digest.rows(), digest.text()));
    }
    return new Content(schemaDigest, contents);
  }

  private void cut(Connection connection, int index) throws SQLException {
    Schema.Table table = tables.get(index);
    int columns = table.columns().size();
    if (table.rowid().isEmpty()) {
      pieces.add(new Piece(index, table.query(""), columns));
      return;
    }
    String rowid = table.rowid().get();
    String from = " FROM main." + SqlNames.quoted(table.name());
    long first = Queries.number(connection, "SELECT coalesce(min(" + rowid + "), 0)" + from);
    long last = Queries.number(connection, "SELECT coalesce(max(" + rowid + "), 0)" + from);
    // Sparse rowids must not make a piece of every few rows.
    long width = Math.max(CHUNK, Long.divideUnsigned(last - first, 64) + 1);
    long start = first;
    while (last - start >= 0 && Long.compareUnsigned(last - start, width) >= 0) {
      pieces.add(new Piece(index, table.query(between(rowid, start, start + width - 1)), columns));
      start += width;
    }
    pieces.add(new Piece(index, table.query(between(rowid, start, last)), columns));
  }

  private static String between(String rowid, long first, long last) {
    return " WHERE " + rowid + " BETWEEN " + first + " AND " + last;
  }
}
