package dev.gatehouse.mysql.session;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What MySQL and MariaDB do differently, each as a question that has an answer for both.
 *
 * <p>Immutable.
 */
public sealed interface Product permits MySqlServer, MariaDbServer {

  /** As people write it, and as it stands in fingerprints. */
  String name();

  /** The versions that are known, such as {@code MySQL 8.0.15 to 9.x}. */
  String known();

  /** Whether the version is one of those. */
  boolean isKnown();

  /** As the server prints it, without what a distribution adds. */
  Version version();

  /**
   * What stays the same for this server and no other.
   *
   * @param variables of the server, by name
   */
  String server(Map<String, String> variables);

  /**
   * By what several servers would take the same name for different locks.
   *
   * @param variables of the server, by name
   */
  Optional<String> locksElsewhere(Map<String, String> variables);

  /** The statement that tells what the server replicates from, a row for each source. */
  String replicaQuestion();

  /** Who was granted which role: the role, to whom, {@code MEMBER}, and whether it hands it on. */
  String rolesQuestion();

  /**
   * Whether a role is an account like any other, and several of a session are active at once; else
   * roles are apart, and one is active.
   */
  boolean rolesAreAccounts();

  /**
   * Any one of these lets an account read the bodies of all routines of the database: privileges on
   * the server ({@code *.*}), on the server's own database ({@code mysql.*}), or on this one.
   */
  List<String> routineReaders();

  /** The right to ask it, as GRANT names it. */
  String replicaRight();

  /** The statement that tells where the binary log ends: file and offset. */
  String logEndQuestion();

  /** The right to ask it. */
  String sourceRight();

  /**
   * What tells a session under a consistent snapshot where the binary log stood at it; empty where
   * only a lock on everybody's commits makes that known.
   */
  Optional<String> snapshotPositionQuestion();

  /** Any one of these lets an account have events of a binary log applied. */
  List<String> replayRights();

  /** The query that names the functions of libraries that were loaded. */
  String loadedFunctionsQuestion();

  /** By what the replicas of this server name it. */
  String asSource(Connection connection) throws SQLException;

  /** The same, as a replica tells it. */
  String sourceOf(Channel channel);

  /** Who waits for whom: connections, one pair a row. */
  String blockersQuestion();

  /** The right to ask it. */
  String blockersRight();

  /** Whether deadlocks are counted ({@code enabled}), how many, and for how many seconds. */
  String deadlocksQuestion();

  /** The right to ask it. */
  String deadlocksRight();

  /** The variables that the session has set, {@code @} left out. */
  String variablesQuestion();

  /** What has the server itself give up any statement after that time; empty where it cannot. */
  Optional<String> statementLimit(Duration limit);

  /** Whether it keeps CHECK constraints, or takes and forgets them. */
  boolean keepsChecks();

  /**
   * Whether it lives through an ALTER that adds a TEXT and converts the others: 8.0.15 does not.
   */
  boolean addsTextsWhileConverting();

  /** First three numbers of a version. */
  record Version(int major, int minor, int patch) implements Comparable<Version> {
    @Override
    public int compareTo(Version other) {
      int byMajor = Integer.compare(major, other.major);
      int byMinor = Integer.compare(minor, other.minor);
      return byMajor != 0 ? byMajor : byMinor != 0 ? byMinor : Integer.compare(patch, other.patch);
    }

    boolean isWithin(Version first, int lastMajor) {
      return compareTo(first) >= 0 && major <= lastMajor;
    }

    @Override
    public String toString() {
      return major + "." + minor + "." + patch;
    }
  }
}
