package dev.gatehouse.core.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A database product. What every product has is a method; what only some have is an {@link
 * Optional} capability, so that a step that needs a missing one is refused while planning.
 *
 * <p>Implementations are thread-safe and hold no connection.
 *
 * @since 0.1
 */
public interface Dialect {

  /** Name of the product, as people write it. */
  String name();

  /**
   * Which database the connection leads to.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when it is another product or a version too old
   */
  Fingerprint identify(Connection connection) throws SQLException;

  /**
   * What {@link #identify} would refuse and could not see, each as one sentence with what the
   * account needs to see it. Nothing by default.
   */
  default List<String> unseen(Connection connection) throws SQLException {
    return List.of();
  }

  /** The name as the product's SQL wants it, quoted always. */
  String quote(Identifier identifier);

  /** Longer names are refused: the server would cut them. */
  Identifier.Limit longestIdentifier();

  /**
   * A session that cannot write, whatever SQL it is given, inside one read-only transaction where
   * the product has them, and where one that lasts stands in nobody's way.
   */
  Connection openReading(Target target) throws SQLException;

  /**
   * Fails, as the server should have, where that takes a query and reads it otherwise than its
   * author can have meant, such as a name for a text. Needs no more than the query itself.
   *
   * @param query which this session has just prepared
   * @throws SQLException saying what is read otherwise, and how it is to be written
   */
  default void refuseMisread(Connection connection, String query) throws SQLException {}

  /** A session for effects, in autocommit. */
  Connection openWriting(Target target) throws SQLException;

  /**
   * Gives a session what names meant when the plan was made, where the defaults of the account or
   * of the database were changed since. Nothing by default.
   *
   * @param planned what {@link #identify} told then
   */
  default void asPlanned(Connection connection, Fingerprint planned) throws SQLException {}

  /** What stops the statement that the session is executing; callable from another thread. */
  Runnable canceller(Connection connection) throws SQLException;

  /** The server's clock; absent where the engine lives in our own process. */
  Optional<Instant> serverTime(Connection connection) throws SQLException;

  /** Leases, latches, fences and markers. */
  Concurrency concurrency();

  /**
   * What keeps statements from being done that are right: locks, limits, other transactions; absent
   * where the dialect cannot tell.
   */
  default Optional<Contention> contention() {
    return Optional.empty();
  }

  /** What its server tells about itself at work; absent for products without a server. */
  default Optional<Monitors> monitors() {
    return Optional.empty();
  }

  /**
   * Why a session of ours is refused a query that is right elsewhere; empty where correcting the
   * query is all. Asks the server nothing: the transaction may have failed.
   */
  default Optional<ScriptReader.Cause> cause(Connection connection, SQLException error) {
    return Optional.empty();
  }

  /** How its scripts are split into statements; absent while the dialect has none. */
  Optional<ScriptReader> scripts();

  /**
   * How long statements may wait and take on that server; absent where no session can say so.
   *
   * @param connection any of this dialect's, which tells which product and version it is
   */
  Optional<TimeLimits> limits(Connection connection) throws SQLException;

  /** Foreign keys a session may switch off; absent where it cannot, or none are enforced. */
  Optional<ForeignKeyEnforcement> foreignKeys();

  /** Changes executed and taken back; absent where a transaction does not hold all of them. */
  Optional<Rehearsals> rehearsals();

  /** Statements that no transaction can hold; absent while the dialect knows none. */
  Optional<NonTransactionalStatements> nonTransactionalStatements();

  /** Backup and restore; absent while the dialect has none. */
  Optional<BackupMethod> backups();

  /** Who may do what; absent for products without accounts. */
  Optional<AccessReader> privileges();

  /** Grants by their effect; absent where no transaction holds a grant. */
  Optional<GrantMethod> grants();

  /** Attempts made as a role; absent for products that have none, or cannot become one. */
  Optional<RoleProbes> roleProbes();

  /** Passwords of accounts; absent for products without accounts. */
  default Optional<PasswordMethod> passwords() {
    return Optional.empty();
  }

  /** Where its clients keep passwords; absent for products whose clients keep none. */
  default Optional<PasswordFile> passwordFile() {
    return Optional.empty();
  }

  /**
   * What the database is made of, for baselines and drift; absent while the dialect cannot tell.
   */
  Optional<CatalogueReader> catalogue();
}
