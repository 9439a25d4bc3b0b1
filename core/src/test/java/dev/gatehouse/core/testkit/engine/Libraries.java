package dev.gatehouse.core.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Shared libraries an embedded server wants and a bare machine does not have. */
final class Libraries {
  private static final Pattern NOT_FOUND = Pattern.compile("(\\S+) => not found");

  /** Library to package. */
  private static final Map<String, String> PACKAGES =
      Map.of(
          "libaio.so.1", "libaio1", "libnuma.so.1", "libnuma1", "libncurses.so.6", "libncurses6");

  private Libraries() {}

  /**
   * The environment the program needs: empty when it has all; where libraries are missing, a
   * private copy of the distribution's.
   *
   * @return nothing when a library can be had nowhere
   */
  static Optional<Map<String, String>> missingFor(Path program, List<String> declined) {
    Matcher missing = NOT_FOUND.matcher(Programs.run(List.of("ldd", program.toString())).text());
    List<String> names = missing.results().map(found -> found.group(1)).distinct().toList();
    if (names.isEmpty()) {
      return Optional.of(Map.of());
    }
    StringBuilder path = new StringBuilder();
    for (String name : names) {
      Optional<Path> directory =
          Optional.ofNullable(PACKAGES.get(name))
              .flatMap(pack -> unpacked(pack, declined))
              .flatMap(root -> directoryOf(root.directory(), name));
      if (directory.isEmpty()) {
        declined.add(
            "%s needs %s, which this machine does not have: apt-get install %s"
                .formatted(program.getFileName(), name, PACKAGES.getOrDefault(name, name)));
        return Optional.empty();
      }
      path.append(path.length() == 0 ? "" : ":").append(directory.get());
    }
    return Optional.of(Map.of("LD_LIBRARY_PATH", path.toString()));
  }

  private static Optional<PackageRoot> unpacked(String pack, List<String> declined) {
    try {
      return PackageRoot.of(List.of(pack), declined);
    } catch (IllegalStateException e) {
      declined.add("distribution packages: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<Path> directoryOf(Path root, String library) {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).equals(library))
          .map(Path::getParent)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
