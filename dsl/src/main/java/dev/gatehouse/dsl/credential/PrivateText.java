package dev.gatehouse.dsl.credential;

import dev.gatehouse.core.disk.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Optional;

/** A small file of mode 0600 that is as before or as after, never in between. */
record PrivateText(Path file) {
  private static final String CODE = "rotation.file";

  PrivateText(Path file) {
    this.file = file.toAbsolutePath().normalize();
  }

  /**
   * All of it, to be wiped by the caller; empty when there is none.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when it is a link, or others may read it
   */
  Optional<char[]> read() throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    PrivateFiles.requirePrivate(file, CODE);
    byte[] bytes = Files.readAllBytes(file);
    CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
    char[] text = new char[decoded.remaining()];
    decoded.get(text);
    decoded.clear();
    while (decoded.hasRemaining()) {
      decoded.put('\0');
    }
    Arrays.fill(bytes, (byte) 0);
    return Optional.of(text);
  }

  /** On disk when this returns; the text is wiped. */
  void write(char[] text) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      PrivateFiles.requirePrivate(file, CODE);
    }
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    encoded.clear();
    while (encoded.hasRemaining()) {
      encoded.put((byte) 0);
    }
    Arrays.fill(text, '\0');
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(fresh);
      PrivateFiles.write(fresh, bytes);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      PrivateFiles.forceDirectory(file.getParent());
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  void delete() throws IOException {
    Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".new"));
    Files.deleteIfExists(file);
    PrivateFiles.forceDirectory(file.getParent());
  }
}
