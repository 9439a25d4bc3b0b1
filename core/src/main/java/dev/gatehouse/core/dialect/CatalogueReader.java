package dev.gatehouse.core.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What a database is made of, as the product's own catalogue tells it.
 *
 * <p>Implementations are thread-safe and hold no connection.
 *
 * @since 0.1
 */
public interface CatalogueReader {

  /**
   * Reads the whole catalogue under one snapshot, or, where no snapshot holds it, until two
   * readings are equal. In an open transaction it sees what that has done; transaction and settings
   * of the session are afterwards as they were. What the account may not read stands in it as
   * {@link CatalogueObject#unread}.
   *
   * @throws SQLException when any other part of it could not be read: never a part for the whole
   */
  Baseline read(Connection connection) throws SQLException;

  /**
   * Whether it is no difference of the databases but one of the versions that tell of them: the
   * same text printed otherwise, a privilege that one of them has not. Asked only of two states
   * that name different versions.
   */
  default boolean ofVersionOnly(Drift drift, String expected, String found) {
    return false;
  }

  /**
   * Whether it is a difference that a dump and its restore make by themselves, while what is there
   * does the same: the server prints a definition in other words, or a dump leaves out what nobody
   * can use. Default: none is.
   */
  default boolean leftByDump(Drift drift) {
    return false;
  }

  /**
   * Statements that would take back one difference, for a person to judge; Gatehouse never executes
   * them. Empty where none is simple enough to be trusted.
   */
  List<String> suggestion(Drift drift);

  /**
   * A table, and how many rows it holds by the catalogue's statistics.
   *
   * @param estimate empty where nothing has counted them yet
   * @param divided whether all of its rows are those of its parts, which are told as well
   */
  record Rows(String table, Optional<Long> estimate, boolean divided) {}

  /**
   * The target's own tables, each with what the server thinks it holds: an estimate as old as its
   * last statistics, for people to read and for no check to rely on. Needs no more than to log in;
   * tables that the account may not see are missing.
   */
  List<Rows> estimatedRows(Connection connection) throws SQLException;
}
