package dev.gatehouse.dsl.credential;

import dev.gatehouse.core.outcome.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the clients of an account find its password. Made by {@code secretFile(...)}, {@code
 * envFile(...)}, {@code standardInputOf(...)}, or by you.
 *
 * <p>Implementations are immutable and print neither in {@code toString} nor in an exception what
 * they are given.
 *
 * @since 0.1
 */
public interface SecretSink {

  /** What a plan says of it, the same whenever it is planned. Refuses what could not work. */
  List<String> plan() throws Exception;

  /**
   * Keeps it in the place of the one before, so that it is still there after a power loss. May be
   * called again with the same one.
   */
  void store(Secret secret) throws Exception;

  /** The one it keeps; empty when it cannot be read back. */
  Optional<Secret> current() throws Exception;

  /**
   * Whether {@link #current} can tell. Where it cannot, the word of {@link #store} alone does not
   * end the old password: a rotation without {@code confirmedBy} is refused. One that says so and
   * tells nothing after a store fails the rotation, which is taken back.
   */
  default boolean readsBack() {
    return true;
  }

  /**
   * Where old and new password wait together until the rotation has ended, for its owner only;
   * empty when it must be said: {@code keptMeanwhileIn(file)}.
   */
  Optional<Path> meanwhile();
}
