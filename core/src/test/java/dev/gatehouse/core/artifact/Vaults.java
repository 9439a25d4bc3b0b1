package dev.gatehouse.core.artifact;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** Backups made of random bytes, for the tests of the vault. */
final class Vaults {
  static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
  static final String RAW = "shop.db";

  /** What publishing reaches, in this order. */
  static final List<String> POINTS =
      List.of(
          "vault.staged",
          "vault.hashed",
          "vault.synced",
          "vault.guided",
          "vault.described",
          "vault.manifest",
          "vault.sealed",
          "vault.prepared",
          "vault.intended",
          "vault.renamed",
          "vault.published",
          "vault.catalogued",
          "vault.checksummed",
          "vault.completed");

  private Vaults() {}

  static Facts facts(boolean zstd) {
    Content content =
        new Content("sha256:00", List.of(new TableContent("orders", 7, "sha256-sum:1f")));
    Facts facts =
        Facts.of(
                List.of(RAW),
                "backup-api",
                content,
                "SQLite /srv/shop.db main",
                NOON,
                Map.of("sqlite", "3.54.1", "driver", "3.54.1.0"))
            .restoredBy(List.of("cp 'shop.db' restored.db"));
    return zstd ? facts.compressed() : facts;
  }

  /** Half noise, half repetition, so that compression has something to do. */
  static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    for (int i = 0; i < length; i++) {
      if ((i >> 6) % 2 == 0) {
        bytes[i] = 'x';
      }
    }
    return bytes;
  }

  static Artifact publish(Vault vault, String key, boolean zstd) {
    return publish(vault, key, zstd, bytes(key.hashCode(), 5_000), point -> {});
  }

  static Artifact publish(
      Vault vault, String key, boolean zstd, byte[] raw, Consumer<String> reached) {
    try (Staging staging = vault.stage(key, NOON)) {
      write(staging.file(RAW), raw);
      return staging.publish(facts(zstd), bytes -> {}, reached);
    }
  }

  static void write(Path file, byte[] bytes) {
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Without cutting the file to nothing first: that makes some file systems sync, and tests slow.
   */
  static void overwrite(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes));
      channel.truncate(bytes.length);
    }
  }

  /** Names in a directory, sorted. */
  static List<String> names(Path directory) {
    try (var names = Files.list(directory)) {
      return names.map(name -> String.valueOf(name.getFileName())).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
