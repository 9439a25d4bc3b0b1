package dev.gatehouse.core.outcome;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A secret that stands in a file of its own; no text of it is ever made. */
final class SecretFile {
  private static final int LONGEST = 64 * 1024;

  private SecretFile() {}

  static Secret read(Path file) {
    byte[] bytes = bytes(file);
    CharBuffer decoded = CharBuffer.allocate(0);
    try {
      decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      char[] line = Arrays.copyOf(decoded.array(), lengthOfLine(decoded));
      try {
        return of(file, line);
      } finally {
        Arrays.fill(line, '\0');
      }
    } catch (CharacterCodingException e) {
      throw refused(file, "bytes that are no UTF-8");
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(decoded.array(), '\0');
    }
  }

  private static byte[] bytes(Path file) {
    byte[] bytes = new byte[LONGEST + 1];
    try (InputStream in = Files.newInputStream(file)) {
      int length = in.readNBytes(bytes, 0, bytes.length);
      if (length > LONGEST) {
        throw refused(file, "more than " + LONGEST + " bytes");
      }
      return Arrays.copyOf(bytes, length);
    } catch (IOException e) {
      throw refused(file, Scrubber.of(List.of()).describe(e));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static int lengthOfLine(CharBuffer text) {
    int length = text.length();
    if (length == 0 || text.charAt(length - 1) != '\n') {
      return length;
    }
    length--;
    return length > 0 && text.charAt(length - 1) == '\r' ? length - 1 : length;
  }

  private static Secret of(Path file, char[] line) {
    if (line.length == 0) {
      throw refused(file, "nothing");
    }
    if (line[0] == '\uFEFF') {
      throw refused(file, "a byte order mark before it");
    }
    for (char each : line) {
      if (each == '\n' || each == '\r' || each == '\0') {
        throw refused(file, "more than one line");
      }
    }
    return Secret.of(String.valueOf(file.getFileName()), line);
  }

  private static Refusal refused(Path file, String found) {
    return new Refusal(
        Finding.of("secret.file", "there is no secret in " + file)
            .withExpected("a file of one line, in UTF-8")
            .withFound(found)
            .withFix("write the secret alone into it, readable by this account"));
  }
}
