package dev.gatehouse.core.testkit.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Packages unpacked into a directory of their own, with a wrapper for each program that runs it by
 * the loader and libraries beside it: so programs of a newer release run on an older machine.
 *
 * @param name for people: packages and release
 */
record PackageRoot(Path directory, String name) {

  /** Which release of Debian has what; looked up here so that no other release is downloaded. */
  private static final Map<String, String> RELEASES =
      Map.ofEntries(
          Map.entry("postgresql-15", "bookworm"),
          Map.entry("postgresql-17", "trixie"),
          Map.entry("postgresql-18", "sid"),
          Map.entry("postgresql-client-15", "bookworm"),
          Map.entry("postgresql-client-17", "trixie"),
          Map.entry("postgresql-client-18", "sid"),
          Map.entry("pgbouncer", "bookworm"),
          Map.entry("mysql-server-core 9.7", "sid"),
          Map.entry("mariadb-server-core 10.11", "bookworm"),
          Map.entry("mariadb-server-core 11.8", "trixie"),
          Map.entry("libaio1", "bookworm"),
          Map.entry("libnuma1", "bookworm"),
          Map.entry("libncurses6", "bookworm"));

  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};
  private static final String WRAPPERS = "run";

  static Optional<PackageRoot> of(List<String> packages, List<String> declined) {
    return of(packages, "", declined);
  }

  /** Nothing when no release has the packages in that series. */
  static Optional<PackageRoot> of(List<String> packages, String series, List<String> declined) {
    String first = packages.get(0);
    Optional<String> release =
        Optional.ofNullable(RELEASES.get(first))
            .or(() -> Optional.ofNullable(RELEASES.get(first + " " + series)));
    if (release.isEmpty()) {
      declined.add("distribution packages: no release of Debian has " + first + " " + series);
      return Optional.empty();
    }
    String name = String.join("+", packages) + "-" + release.get();
    String title = String.join(", ", packages) + " of " + release.get();
    // asking apt takes longer than all the rest, and each process of a build would
    return Cache.known(name)
        .or(
            () ->
                AptRelease.find(release.get(), declined)
                    .map(apt -> Cache.directory(name, directory -> fill(apt, packages, directory))))
        .map(root -> new PackageRoot(root, title));
  }

  /** Where a wrapper of that name stands, if the packages have the program. */
  Path wrapper(String program) {
    return wrappers().resolve(program);
  }

  Path wrappers() {
    return directory.resolve(WRAPPERS);
  }

  private static void fill(AptRelease apt, List<String> packages, Path directory) {
    apt.unpack(packages, directory);
    try (Stream<Path> files = Files.walk(directory)) {
      Files.createDirectories(directory.resolve(WRAPPERS));
      List<Path> all = files.toList();
      Optional<Path> loader =
          all.stream()
              .filter(file -> String.valueOf(file.getFileName()).matches("ld-linux.*\\.so\\.\\d"))
              .filter(file -> Files.isRegularFile(file) && !Files.isSymbolicLink(file))
              .findFirst();
      if (loader.isEmpty()) {
        return;
      }
      Path libraries = directory.relativize(loader.get()).getParent();
      for (Path program : all) {
        if (isProgram(program)) {
          wrap(directory, program, loader.get(), String.valueOf(libraries));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isProgram(Path file) throws IOException {
    String directory = String.valueOf(file.getParent());
    if (!directory.endsWith("bin") || !Files.isRegularFile(file) || !Files.isExecutable(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(ELF.length), ELF);
    }
  }

  private static void wrap(Path root, Path program, Path loader, String libraries)
      throws IOException {
    // libc may stand in /lib, everything else in /usr/lib, or all in the latter
    String below = libraries.replaceFirst("^usr/", "");
    String path = "$root/%1$s:$root/usr/%1$s:$root/usr/lib/mysql/private".formatted(below);
    Path wrapper = root.resolve(WRAPPERS).resolve(program.getFileName());
    Files.writeString(
        wrapper,
        """
        #!/bin/sh
        root=${0%%/*}/..
        exec "$root/%s" --argv0 "$0" --library-path "%s" "$root/%s" "$@"
        """
            .formatted(root.relativize(loader), path, root.relativize(program)));
    Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
