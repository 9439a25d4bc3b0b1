package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The scripts of a file or of a directory, read once, links never followed.
 *
 * @param includes root of what they may include; absent for the directory they lie in
 */
public record ScriptFiles(Path root, Optional<Path> includes) {
  /** The scripts in the order of their names, and the names of files that are none. */
  public record Found(List<ScriptFile> scripts, List<String> leftOut) {}

  public Found read() throws IOException {
    if (Files.isSymbolicLink(root)) {
      throw refused("a symbolic link", "name the directory or file it leads to");
    }
    if (Files.isRegularFile(root, LinkOption.NOFOLLOW_LINKS)) {
      return new Found(List.of(script(root)), List.of());
    }
    if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
      throw refused("neither a file nor a directory", "correct the path " + root.toAbsolutePath());
    }
    List<ScriptFile> scripts = new ArrayList<>();
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
    Optional<MigrationNames.Betrayal> wrong =
        MigrationNames.betrayal(scripts.stream().map(one -> name(one.path())).toList(), leftOut);
    wrong = wrong.isPresent() ? wrong : ScriptOrder.betrayal(root, scripts);
    if (wrong.isPresent()) {
      throw betrayed(root, wrong.get());
    }
    return new Found(scripts, leftOut);
  }

  private List<Path> sorted() throws IOException {
    try (Stream<Path> files = Files.list(root)) {
      return files.sorted((a, b) -> name(a).compareTo(name(b))).toList();
    }
  }

  static String name(Path path) {
    return path.getFileName().toString();
  }

  private ScriptFile script(Path path) throws IOException {
    Path above = includes.orElse(Optional.ofNullable(home()).orElse(Path.of("")));
    if (!real(path).startsWith(real(above))) {
      throw refused(
          "'" + name(path) + "', which does not lie below " + above,
          "scripts(\"" + root + "\").includingFrom(\"a directory above it\")");
    }
    return ScriptFile.read(above, real(above).relativize(real(path)), new LinkedHashMap<>());
  }

  /** The directory of a lone script, or the directory itself. */
  private @Nullable Path home() {
    return Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS) ? root : root.getParent();
  }

  private static Path real(Path path) {
    return path.toAbsolutePath().normalize();
  }

  static Refusal betrayed(Path path, MigrationNames.Betrayal wrong) {
    return new Refusal(
        Finding.of(
                "scripts.convention", "the order of names would betray what '" + path + "' holds")
            .withExpected(
                "scripts of which each is to be executed, all of it, in plain order of names")
            .withFound(wrong.found())
            .withFix(wrong.fix()));
  }

  private Refusal refused(String found, String fix) {
    return ScriptFile.refused(root, found, fix);
  }
}
