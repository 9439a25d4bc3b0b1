package dev.gatehouse.mysql.catalogue;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.CatalogueReader;
import dev.gatehouse.core.dialect.Drift;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.OwnRights;
import dev.gatehouse.mysql.session.PinnedPrinting;
import dev.gatehouse.mysql.session.Product;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The catalogue of one database of MySQL or MariaDB: its tables with columns, indexes, constraints
 * and partitions, views, sequences, triggers, routines, events, and what accounts may do on it. The
 * counters of AUTO_INCREMENT, statistics and times of creation are left out, and so is what belongs
 * to the server: its settings, plugins, tablespaces, passwords, proxies, default roles, and what
 * {@code partial_revokes} takes away.
 *
 * <p>No snapshot holds a catalogue here. So it is read until two readings one after the other are
 * equal: then each object was at the end of the first as it is told, unless it was changed and
 * changed back while it was read.
 *
 * <p>From 1,000 tables on half of them are read by a second session, where one is to be had.
 *
 * <p>Needs SELECT and SHOW VIEW on the database. What else the account may not read stands in the
 * answer as an object of kind {@code unread}: triggers without TRIGGER, events without EVENT,
 * routines without SELECT on the server (MariaDB: on {@code mysql.*}), grants without SELECT on
 * {@code mysql.*}.
 */
public final class MySqlCatalogue implements CatalogueReader {
  public static final MySqlCatalogue INSTANCE = new MySqlCatalogue();

  private static final int READINGS = 5;

  private MySqlCatalogue() {}

  /**
   * @throws Refusal {@code catalogue.unread} when the account does not see all tables and views;
   *     {@code catalogue.moving} when it is changed all the time
   */
  @Override
  public Baseline read(Connection connection) throws SQLException {
    return PinnedPrinting.of(connection, pinned -> settled(/* opened= */ connection, pinned));
  }

  private static Baseline settled(Connection opened, Connection pinned) throws SQLException {
    Product product = Products.of(pinned);
    String before = "";
    for (int reading = 0; reading < READINGS; reading++) {
      Optional<Baseline> seen = once(opened, pinned, product);
      String digest = seen.map(Baseline::digest).orElse("");
      if (seen.isPresent() && digest.equals(before)) {
        return seen.get();
      }
      before = digest;
    }
    throw new Refusal(
        Finding.of("catalogue.moving", "the catalogue changes faster than it can be read")
            .withExpected("two readings one after the other that are equal")
            .withFound(READINGS + " readings, each unlike the one before")
            .withFix("ask again when nobody creates, alters, grants or drops"));
  }

  /** Empty when an object was dropped between its name and its definition. */
  private static Optional<Baseline> once(Connection opened, Connection connection, Product product)
      throws SQLException {
    try {
      return Optional.of(Baseline.of(all(opened, connection, product), version(product)));
    } catch (SQLException e) {
      if (ErrorCodes.isGone(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static String version(Product product) {
    return "%s %d.%d"
        .formatted(product.name(), product.version().major(), product.version().minor());
  }

  private static List<CatalogueObject> all(
      Connection opened, Connection connection, Product product) throws SQLException {
    List<CatalogueObject> objects = new ArrayList<>();
    Unread unread = new Unread(OwnRights.of(connection), product);
    unread.refuseWithoutTables();
    String database = Queries.one(connection, "SELECT DATABASE()");
    Tables tables = new Tables(opened, connection, database, objects);
    tables.settings();
    tables.tables();
    Programs programs = new Programs(connection, objects);
    if (unread.triggers(objects)) {
      programs.triggers();
    }
    if (unread.routines(objects)) {
      programs.routines();
    }
    if (unread.events(objects)) {
      programs.events();
    }
    if (unread.grants(objects)) {
      new Grants(connection, product, objects).all();
    }
    return objects;
  }

  /** Of InnoDB a sample; MySQL 8 keeps it for a day. Source: manual, INFORMATION_SCHEMA TABLES. */
  @Override
  public List<Rows> estimatedRows(Connection connection) throws SQLException {
    return Queries.rows(
        connection,
        "SELECT table_name, table_rows FROM information_schema.tables"
            + " WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name",
        row ->
            new Rows(
                row.texts().get(0),
                Optional.of(row.texts().get(1)).filter(one -> !one.isEmpty()).map(Long::valueOf),
                /* divided= */ false));
  }

  /** Adds an index or a constraint that is missing, and drops one that is not expected. */
  @Override
  public List<String> suggestion(Drift drift) {
    CatalogueObject object = drift.object();
    if (!Set.of("index", "constraint").contains(object.kind()) || drift instanceof Drift.Changed) {
      return List.of();
    }
    return Suggestion.of(object, drift instanceof Drift.Missing).map(List::of).orElse(List.of());
  }
}
