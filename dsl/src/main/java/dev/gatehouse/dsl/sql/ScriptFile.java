package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/**
 * A script on disk as it was read once, links never followed.
 *
 * @param root of all that it may include
 * @param path below the root
 * @param pinned SHA-256 of each script that was read along with it, by name; grows with them
 */
public record ScriptFile(Path root, Path path, String text, Map<String, String> pinned)
    implements Script {
  private static final int LARGEST = 16 * 1024 * 1024;

  /**
   * Reads it.
   *
   * @param path below the root; each directory of it is looked at
   */
  static ScriptFile read(Path root, Path path, Map<String, String> pinned) throws IOException {
    Path file = root.resolve(path);
    byte[] bytes;
    try (InputStream in =
        Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      bytes = in.readNBytes(LARGEST + 1);
    }
    if (bytes.length > LARGEST) {
      throw refused(
          file, "'" + path + "' of more than 16 MiB", "load data with the product's own client");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      UndoSections.betrayal(path.toString(), text)
          .or(() -> OtherOccasions.betrayal(path.toString(), ScriptFiles.name(path), text))
          .ifPresent(
              wrong -> {
                throw ScriptFiles.betrayed(file, wrong);
              });
      ScriptFile script = new ScriptFile(root, path, text, pinned);
      pinned.put(script.name(), Sha256.of(bytes));
      return script;
    } catch (CharacterCodingException e) {
      throw refused(
          file,
          "'" + path + "', which is not UTF-8",
          "iconv -f latin1 -t utf-8 " + file + " (if it is Latin-1)");
    }
  }

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public Script beside(String included) {
    return include(Optional.ofNullable(path.getParent()).orElse(Path.of("")), included);
  }

  @Override
  public Script below(String included) {
    return include(Path.of(""), included);
  }

  private Script include(Path from, String included) {
    Path wanted;
    try {
      wanted = from.resolve(included).normalize();
    } catch (InvalidPathException e) {
      throw cannotInclude(included, "no path", "correct it");
    }
    if (wanted.isAbsolute() || wanted.startsWith("..") || wanted.toString().isEmpty()) {
      throw cannotInclude(
          included,
          "a path that leaves the directory " + root.toAbsolutePath().normalize(),
          "scripts(...).includingFrom(\"a directory that holds both\")");
    }
    refuseLinks(included, wanted);
    try {
      return read(root, wanted, pinned);
    } catch (NoSuchFileException e) {
      throw cannotInclude(
          included,
          "no such file: " + root.resolve(wanted).toAbsolutePath().normalize(),
          "correct the path, or say where it begins: scripts(...).includingFrom(\"directory\")");
    } catch (IOException e) {
      throw cannotInclude(included, "it cannot be read: " + e.getMessage(), "make it readable");
    }
  }

  /** A link in any of its directories could lead out of the root, or elsewhere tomorrow. */
  private void refuseLinks(String included, Path wanted) {
    Path at = root;
    for (Path part : wanted) {
      at = at.resolve(part);
      if (Files.isSymbolicLink(at)) {
        throw cannotInclude(included, at + " is a symbolic link", "put the file itself there");
      }
    }
    if (Files.exists(at) && !Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS)) {
      throw cannotInclude(included, at + " is no regular file", "include scripts one by one");
    }
  }

  private Refusal cannotInclude(String included, String found, String fix) {
    return new Refusal(
        Finding.of("scripts.include", "'" + name() + "' includes what cannot be included")
            .withExpected("a script below " + root.toAbsolutePath().normalize() + ", without links")
            .withFound(included + ": " + found)
            .withFix(fix));
  }

  static Refusal refused(Path path, String found, String fix) {
    return new Refusal(
        Finding.of("scripts.path", "'" + path + "' does not hold scripts that can be executed")
            .withExpected("a file, or a directory of *.sql files, UTF-8, without links")
            .withFound(found)
            .withFix(fix));
  }
}
