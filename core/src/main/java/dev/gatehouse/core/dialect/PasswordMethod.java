package dev.gatehouse.core.dialect;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Passwords of accounts, changed so that the server and its logs see verifiers only, never a
 * password.
 *
 * <p>Implementations are thread-safe and hold no connection.
 *
 * @since 0.1
 */
public interface PasswordMethod {

  /**
   * An account that logs in by a password, as it was found.
   *
   * @param name as the product prints it, such as {@code app@%}
   * @param login what a client says when it logs in
   * @param two whether the server accepts two passwords for it now
   * @param own whether the session that found it is its own
   */
  record Account(String name, String login, boolean two, boolean own) {}

  /** What came of a login. Told by codes of the server, never by its words. */
  enum Verdict {
    /** It logged in, and as that account. */
    ACCEPTED,
    /** The server said that the password is wrong. */
    REFUSED,
    /** Neither: it failed for another reason, or became another account. */
    UNCLEAR
  }

  /** A verdict, and what was seen. */
  record Answer(Verdict verdict, String because) {}

  /**
   * Whether the new password is accepted beside the old one for a while; else one takes the place
   * of the other at once.
   */
  boolean overlaps();

  /**
   * Finds an account.
   *
   * @param name as the product's people write it
   * @throws Refusal when there is none or there are several of that name, it may not log in, or
   *     does not log in by a password that this method can set
   */
  Account account(Connection reading, String name) throws SQLException;

  /**
   * The same for a pair of accounts of which one takes the place of the other, each with a password
   * of its own; empty where one account may have two.
   *
   * @param next the one that may not log in before
   */
  Optional<PasswordMethod> handingOverTo(String next);

  /**
   * Asked before anything is begun, and not when a rotation is gone on with.
   *
   * @throws Refusal when wrong passwords, of which a rotation tries a few, would lock the account,
   *     or the other of a pair is not its equal
   */
  void requireReady(Connection reading, Account account) throws SQLException;

  /** Other ways in that a new password does not close, each as one sentence. */
  List<String> doors(Connection reading, Account account) throws SQLException;

  /** Statements of {@link #add}, {@link #retire} and {@link #revert}, verifiers left out. */
  Statements statements(Connection reading, Account account) throws SQLException;

  /** As SQL, for people; {@code retire} is empty where passwords do not overlap. */
  record Statements(List<String> add, List<String> retire, List<String> revert) {}

  /** Logs in on a connection of its own, closed when this returns. */
  Answer login(Target target, Account account, Secret secret);

  /** Has the server accept the new one, and the old one beside it where they overlap. */
  void add(Connection connection, Account account, Secret fresh, Secret old) throws SQLException;

  /** Has the server accept the new one only. */
  void retire(Connection connection, Account account, Secret fresh) throws SQLException;

  /** Has the server accept the old one only, after {@link #add}. */
  void revert(Connection connection, Account account, Secret old) throws SQLException;

  /** Of its accounts. */
  OpenSessions sessions();

  /** Sessions of an account; no server tells by which password one of them began. */
  interface OpenSessions {

    /** How many are open, for people; UNKNOWN with the reason where that cannot be told. */
    String open(Connection reading, Account account) throws SQLException;

    /**
     * Whether the connection's account may see and end them all.
     *
     * @throws Refusal with the GRANT that is missing, or when sessions of other accounts look the
     *     same
     */
    void requireEnding(Connection reading, Account account) throws SQLException;

    /** What ends them, as SQL. */
    List<String> preview(Account account);

    /**
     * Those that are open, without the connection's own. As texts that tell one from another which
     * gets its number later, where the server shows what differs.
     */
    List<String> ids(Connection reading, Account account) throws SQLException;

    /** Tells the server to end them, waiting for none; one that is gone is no error. */
    void kill(Connection connection, Account account, List<String> ids) throws SQLException;

    /**
     * Ends those that are open now; returns when they are gone.
     *
     * @return how many there were
     * @throws Refusal when some do not end within 30 s
     */
    default long end(Connection connection, Account account) throws SQLException {
      List<String> all = ids(connection, account);
      kill(connection, account, all);
      Set<String> left = new HashSet<>(all);
      Duration patience = Duration.ofSeconds(30);
      Poll.every(Duration.ofMillis(20))
          .until(
              patience,
              () -> {
                left.retainAll(ids(connection, account));
                return left.isEmpty();
              });
      if (!left.isEmpty()) {
        throw new Refusal(
            Finding.of("password.sessions", "sessions of '" + account.name() + "' do not end")
                .withFound(patience.toSeconds() + " s after that: " + String.join(", ", left))
                .withFix("one in a rollback ends with it: look at them, then run it again"));
      }
      return all.size();
    }
  }
}
