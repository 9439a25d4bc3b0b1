package dev.gatehouse.mysql.catalogue;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.mysql.session.PinnedPrinting;
import dev.gatehouse.mysql.session.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * What the server prints of tables. It opens each of them for that, and keeps few open: of many,
 * half are read by a second session at the same time.
 */
final class ManyTables {
  /** From that many on. */
  private static final int MANY = 1_000;

  private ManyTables() {}

  /**
   * The objects in all of them.
   *
   * @param opened by the dialect
   * @param pinned the same session, its settings of printing pinned
   */
  static List<CatalogueObject> read(Connection opened, Connection pinned, List<String> names)
      throws SQLException {
    return read(opened, pinned, names, MANY);
  }

  static List<CatalogueObject> read(
      Connection opened, Connection pinned, List<String> names, int many) throws SQLException {
    Optional<Connection> beside =
        names.size() < many ? Optional.empty() : Sessions.readingBeside(opened);
    if (beside.isEmpty()) {
      return read(pinned, names);
    }
    int half = names.size() / 2;
    // Closed early, it ends the other half.
    try (Connection other = beside.get()) {
      FutureTask<List<CatalogueObject>> rest =
          new FutureTask<>(
              () -> PinnedPrinting.of(other, at -> read(at, names.subList(half, names.size()))));
      Thread thread = new Thread(rest, "gatehouse-catalogue");
      thread.setDaemon(true);
      thread.start();
      List<CatalogueObject> all = new ArrayList<>(read(pinned, names.subList(0, half)));
      all.addAll(ended(rest));
      return all;
    }
  }

  private static List<CatalogueObject> ended(FutureTask<List<CatalogueObject>> rest)
      throws SQLException {
    try {
      return rest.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while the catalogue was read", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SQLException failed) {
        throw failed;
      }
      throw new SQLException("half of the catalogue could not be read", e.getCause());
    }
  }

  private static List<CatalogueObject> read(Connection pinned, List<String> names)
      throws SQLException {
    List<CatalogueObject> objects = new ArrayList<>();
    for (String name : names) {
      objects.addAll(
          PrintedTable.objects(
              Names.of(name), Printed.text(pinned, "SHOW CREATE TABLE " + Names.inSql(name), 2)));
    }
    return objects;
  }
}
