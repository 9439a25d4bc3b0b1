package dev.gatehouse.core.testkit.engine;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A server that answers.
 *
 * @param host it listens on
 * @param port it listens on
 * @param admin an account that may do everything tests need
 * @param home the database the admin logs in to when no other is meant; may be empty
 * @param tls true when it speaks TLS
 * @param started how this JVM started it, if it did
 * @param data its directory and log, when this JVM started it; else empty
 * @param servedBy for people
 */
record Server(
    Product product,
    String host,
    int port,
    Account admin,
    String home,
    boolean tls,
    Optional<Started> started,
    Path data,
    String servedBy) {

  /** The process of a server, and who knows how to start one more like it. */
  record Started(Launcher launcher, ServerProcess process) {}

  /** Of the server, when this JVM started it. */
  OptionalLong pid() {
    return started.map(own -> OptionalLong.of(own.process().pid())).orElse(OptionalLong.empty());
  }
}
