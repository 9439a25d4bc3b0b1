package dev.gatehouse.dsl;

import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The scripts of a file or of a directory, read once, links never followed. */
record ScriptFiles(Path root) {
  private static final int LARGEST = 16 * 1024 * 1024;
  private static final Pattern NUMBERED = Pattern.compile("(\\d{1,18}).*");

  /** The scripts in the order of their names, and the names of files that are none. */
  record Found(List<Script> scripts, List<String> leftOut) {}

  Found read() throws IOException {
    if (Files.isSymbolicLink(root)) {
      throw refused("a symbolic link", "name the directory or file it leads to");
    }
    if (Files.isRegularFile(root, LinkOption.NOFOLLOW_LINKS)) {
      return new Found(List.of(script(root)), List.of());
    }
    if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      throw refused("neither a file nor a directory", "correct the path " + root.toAbsolutePath());
    }
    List<Script> scripts = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (Path path : sorted()) {
      String name = path.getFileName().toString();
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        throw refused(
            "'" + name + "', which is no regular file",
            "take it out; give a sub-directory as a part of its own: scripts(\"" + path + "\")");
      }
      if (name.endsWith(".sql")) {
        scripts.add(script(path));
      } else {
        leftOut.add(name);
      }
    }
    if (scripts.isEmpty()) {
      throw refused("no file whose name ends in .sql", "put the scripts there, or drop this part");
    }
    refuseMisleadingNumbers(scripts);
    return new Found(scripts, leftOut);
  }

  private List<Path> sorted() throws IOException {
    try (Stream<Path> files = Files.list(root)) {
      return files.sorted((a, b) -> name(a).compareTo(name(b))).toList();
    }
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  /** By name, 10_b.sql stands before 2_a.sql: hardly what the author of the numbers meant. */
  private void refuseMisleadingNumbers(List<Script> scripts) {
    long before = -1;
    for (Script script : scripts) {
      Matcher number = NUMBERED.matcher(script.name());
      if (!number.matches()) {
        return;
      }
      long mine = Long.parseLong(number.group(1));
      if (mine < before) {
        throw refused(
            "'" + script.name() + "' after number " + before,
            "give the numbers leading zeros, so that names sort as the numbers do");
      }
      before = mine;
    }
  }

  private Script script(Path path) throws IOException {
    byte[] bytes;
    try (InputStream in =
        Files.newInputStream(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      bytes = in.readNBytes(LARGEST + 1);
    }
    if (bytes.length > LARGEST) {
      throw refused(
          "'" + name(path) + "' of more than 16 MiB", "load data with the product's own client");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new Script(name(path), text, Optional.of(Sha256.of(bytes)));
    } catch (CharacterCodingException e) {
      throw refused(
          "'" + name(path) + "', which is not UTF-8",
          "iconv -f latin1 -t utf-8 " + path + " (if it is Latin-1)");
    }
  }

  private Refusal refused(String found, String fix) {
    return new Refusal(
        Finding.of("scripts.path", "'" + root + "' does not hold scripts that can be executed")
            .withExpected("a file, or a directory of *.sql files, UTF-8, without links")
            .withFound(found)
            .withFix(fix));
  }
}
