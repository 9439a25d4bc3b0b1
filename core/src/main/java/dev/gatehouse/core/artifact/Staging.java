package dev.gatehouse.core.artifact;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * A place for one artifact in the making: a directory of its own, readable by its owner only, that
 * becomes an artifact by one rename. Close it always: what was not published is deleted.
 *
 * <p>One thread at a time.
 *
 * @since 0.1
 */
public final class Staging implements AutoCloseable {

  Staging() {}

  /** Name that the artifact will have. */
  public String id() {
    return Vault.notYet();
  }

  /** Where to write a raw file of that name; the file is not created. */
  public Path file(String name) {
    return Vault.notYet();
  }

  /** Publishes without telling how far it is. */
  public Artifact publish(Facts facts) {
    return publish(facts, bytes -> {}, point -> {});
  }

  /**
   * Hashes, compresses if asked, syncs and publishes the raw file.
   *
   * @param moved told how many raw bytes are done so far
   * @param reached told each named point between two durable actions, such as {@code vault.synced}
   */
  public Artifact publish(Facts facts, LongConsumer moved, Consumer<String> reached) {
    return Vault.notYet();
  }

  @Override
  public void close() {}
}
