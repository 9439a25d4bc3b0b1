package dev.gatehouse.mysql.monitor;

import dev.gatehouse.core.dialect.Monitors.Copies;
import dev.gatehouse.core.dialect.Monitors.Copy;
import dev.gatehouse.core.dialect.Monitors.Known;
import dev.gatehouse.core.dialect.Monitors.Position;
import dev.gatehouse.core.dialect.Monitors.Replication;
import dev.gatehouse.core.dialect.Monitors.Unknown;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.session.BinaryLog;
import dev.gatehouse.mysql.session.Channel;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.Product;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Up to where replicas have applied the binary log. Only they know: each is asked. The source is
 * asked where its log ends, and, when no replica is named, whether anybody reads its log at all.
 */
record Replicas() implements Replication {
  /** Who reads the log: replicas, and programs that act as one. Transactions prove PROCESS. */
  private static final String READERS =
      "SELECT COUNT(*), (SELECT COUNT(*) FROM information_schema.innodb_trx)"
          + " FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'";

  @Override
  public List<String> preview(Connection connection, List<Target> replicas, boolean noneIsRight)
      throws SQLException {
    if (replicas.isEmpty() && !noneIsRight) {
      throw new Refusal(
          Finding.of("mysql.replica-unnamed", "a source does not know how far its replicas are")
              .withExpected("the replicas to ask, or that there is none")
              .withFound("no replica named")
              .withFix(
                  "name each: replicationLag().of(replica).atMost(...), or say"
                      + " replicationLag().orNoReplica()"));
    }
    if (replicas.isEmpty()) {
      return List.of(READERS);
    }
    List<String> lines = new ArrayList<>();
    lines.add(Products.of(connection).logEndQuestion());
    for (Target replica : replicas) {
      lines.add("at " + replica.name() + ": its state as a replica");
    }
    return lines;
  }

  @Override
  public Copies look(Connection connection, List<Target> replicas) throws SQLException {
    return replicas.isEmpty() ? none(connection) : of(connection, replicas);
  }

  private static Copies none(Connection connection) throws SQLException {
    try {
      String readers = Queries.one(connection, READERS);
      return readers.equals("0")
          ? new Known(new Position(0, 0), List.of(), "")
          : new Unknown(
              Finding.of("mysql.replica-unnamed", "sessions read the log, and none is named")
                  .withExpected("the replicas to ask: a source does not know how far they are")
                  .withFound(readers + " sessions that read the binary log")
                  .withFix("name each: replicationLag().of(replica).atMost(...)"));
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        return Hidden.from(connection, "who reads the log is hidden", "PROCESS ON *.*");
      }
      throw e;
    }
  }

  private static Copies of(Connection connection, List<Target> replicas) throws SQLException {
    Product product = Products.of(connection);
    Optional<Row> end;
    try {
      end = Queries.first(connection, product.logEndQuestion(), Function.identity());
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        return Hidden.from(connection, "where the log ends is hidden", product.sourceRight());
      }
      throw e;
    }
    if (end.isEmpty()) {
      return new Unknown(
          Finding.of("mysql.log-off", "the server keeps no binary log that a replica could apply")
              .withExpected("log_bin = ON")
              .withFound("log_bin = OFF")
              .withFix("point the target at the source of the replicas"));
    }
    String self = product.asSource(connection);
    List<Copy> copies = new ArrayList<>();
    for (Target replica : replicas) {
      try (Connection there = Sessions.observing(replica)) {
        Copies seen = at(replica, there, self);
        if (seen instanceof Unknown) {
          return seen;
        }
        copies.addAll(((Known) seen).copies());
      } catch (SQLException e) {
        return silent(replica, "error " + ErrorCodes.of(e) + ", state " + e.getSQLState());
      } catch (Refusal e) {
        return silent(replica, e.findings().get(0).headline());
      }
    }
    return new Known(
        BinaryLog.position(end.get().text("file"), end.get().text("position")),
        copies,
        "at the replica: " + product.replicaQuestion());
  }

  private static Copies at(Target replica, Connection there, String source) throws SQLException {
    Product product = Products.of(there);
    List<Channel> channels;
    try {
      channels = Products.channels(there, product);
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        return Hidden.from(
            there,
            "the state of replica '" + replica.name() + "' is hidden",
            product.replicaRight());
      }
      throw e;
    }
    Optional<Channel> ours =
        channels.stream().filter(channel -> product.sourceOf(channel).equals(source)).findFirst();
    if (ours.isEmpty()) {
      return silent(replica, "it does not replicate from the server of the target");
    }
    Channel channel = ours.get();
    for (String part : List.of("io", "sql")) {
      String running = channel.text("replica_" + part + "_running", "unknown");
      if (!running.equals("Yes")) {
        String error = channel.text("last_" + part + "_errno", "0");
        return silent(
            replica, "replica_%s_running is %s, last error %s".formatted(part, running, error));
      }
    }
    return new Known(
        new Position(0, 0),
        List.of(
            new Copy(
                replica.name(),
                BinaryLog.position(
                    channel.text("relay_source_log_file", ""),
                    channel.text("exec_source_log_pos", "")))),
        "");
  }

  private static Unknown silent(Target replica, String found) {
    return new Unknown(
        Finding.of("mysql.lag-unknown", "replica '" + replica.name() + "' tells no lag")
            .withExpected("a replica of the target's server that receives and applies its log")
            .withFound(found)
            .withFix("look at it there: SHOW REPLICA STATUS"));
  }
}
