package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.postgres.access.CatalogueReader.ConcurrentDdlException;
import java.sql.Connection;
import java.sql.SQLException;
import org.jooq.exception.DataAccessException;

/** Reads who may do what. */
public final class AccessSnapshot {
  /** As the server says no data. */
  private static final String GONE = "02000";

  private AccessSnapshot() {}

  /**
   * Everything from the catalogue, in a fixed number of queries. Needs no privilege beyond what
   * PUBLIC has by default.
   *
   * @param connection in a transaction, with a search_path of pg_catalog alone
   * @throws SQLException when a part of the catalogue cannot be read
   */
  public static EffectiveAccess read(Connection connection) throws SQLException {
    return whole(connection);
  }

  static PostgresAccess whole(Connection connection) throws SQLException {
    int major = connection.getMetaData().getDatabaseMajorVersion();
    try {
      return new PostgresAccess(
          snapshot(new CatalogueReader(JooqBootstrap.dsl(connection), major)));
    } catch (ConcurrentDdlException e) {
      throw new SQLException(e.getMessage(), GONE, e);
    } catch (DataAccessException e) {
      SQLException cause = e.getCause(SQLException.class);
      throw cause == null ? new SQLException(e.getMessage(), e) : cause;
    }
  }

  private static Snapshot snapshot(CatalogueReader reader) {
    Roles roles = new Roles(reader);
    long owner =
        reader
            .sql
            .select(CatalogueReader.number("datdba"))
            .from("pg_database")
            .where("datname = current_database()")
            .fetchSingle()
            .value1();
    SecurableReader items = new SecurableReader(reader, roles, new Grants(reader, roles));
    return Snapshot.of(
        reader.major,
        roles.graph(owner),
        roles.number(owner),
        items.all(),
        AccessEdges.read(reader, items),
        new ServerPrivileges(reader, roles).all(),
        DefaultPrivileges.read(reader, roles),
        Dependencies.read(reader, roles));
  }
}
