package dev.gatehouse.dsl.credential;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Secret;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What somebody said of a rotation.
 *
 * @param next the account that takes the place of this one; empty when it keeps its name
 * @param sink is given the new password
 * @param before holds the old one
 * @param replacing the one in use, where the sink does not tell
 * @param meanwhile where both wait
 */
record RotationOptions(
    String account,
    Optional<String> next,
    SecretSink sink,
    SecretSink before,
    int length,
    Optional<Secret> replacing,
    Optional<Path> meanwhile,
    Optional<Check> consumers,
    boolean endingSessions) {

  static RotationOptions of(String account, SecretSink sink) {
    return of(account, Optional.empty(), sink, sink);
  }

  static RotationOptions of(
      String account, Optional<String> next, SecretSink sink, SecretSink before) {
    return new RotationOptions(
        account,
        next,
        sink,
        before,
        0,
        Optional.empty(),
        sink.meanwhile(),
        Optional.empty(),
        false);
  }

  RotationOptions withLength(int other) {
    return new RotationOptions(
        account, next, sink, before, other, replacing, meanwhile, consumers, endingSessions);
  }

  RotationOptions withReplaced(Secret old) {
    return new RotationOptions(
        account,
        next,
        sink,
        before,
        length,
        Optional.of(old),
        meanwhile,
        consumers,
        endingSessions);
  }

  RotationOptions withMeanwhile(Path file) {
    return new RotationOptions(
        account,
        next,
        sink,
        before,
        length,
        replacing,
        Optional.of(file),
        consumers,
        endingSessions);
  }

  RotationOptions withConsumers(Check check) {
    return new RotationOptions(
        account,
        next,
        sink,
        before,
        length,
        replacing,
        meanwhile,
        Optional.of(check),
        endingSessions);
  }

  RotationOptions withSessionsEnded() {
    return new RotationOptions(
        account, next, sink, before, length, replacing, meanwhile, consumers, true);
  }
}
