package dev.gatehouse.core.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * One release of Debian as this machine's own archive has it, seen through package lists of ours:
 * neither the machine's lists nor its installed packages are read or changed.
 */
record AptRelease(String name, List<String> options) {
  private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
  private static final Pattern CHOSEN = Pattern.compile("(?m)^Inst (\\S+) ");

  /** Wanted by a package's scripts only, which nobody runs here, or by a server's compiler. */
  private static final Pattern NEEDLESS =
      Pattern.compile(
          "(lib)?perl.*|.*-perl|libgdbm.*|libdb5.*|netbase|sensible-utils|.*-gconv-.*"
              + "|libllvm.*|libz3-.*");

  /** Nothing where there is no apt, or it is not Debian's. */
  static Optional<AptRelease> find(String name, List<String> declined) {
    if (!isDebian() || Programs.onPath("apt-get").isEmpty()) {
      declined.add("distribution packages: this machine is not a Debian with apt-get");
      return Optional.empty();
    }
    List<String> archives =
        Programs.run(
                List.of(
                    "apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"))
            .text()
            .lines()
            .filter(line -> line.matches("https?://\\S+/debian/?"))
            .toList();
    if (archives.isEmpty()) {
      declined.add("distribution packages: apt's sources name no archive of Debian");
      return Optional.empty();
    }
    String archive = archives.get(0);
    Path root = Cache.directory("apt-" + name, directory -> prepare(directory, name, archive));
    return Optional.of(new AptRelease(name, options(root, 3)));
  }

  /** A release in an archive that is asked once, its lists kept in a directory that is there. */
  static AptRelease at(String name, String archive, Path directory) {
    prepare(directory, name, archive);
    return new AptRelease(name, options(directory, 0));
  }

  private static List<String> options(Path root, int retries) {
    List<String> options = new ArrayList<>();
    List.of(
            "Dir::State=" + root.resolve("state"),
            "Dir::State::status=" + root.resolve("status"),
            "Dir::Cache=" + root.resolve("cache"),
            "Dir::Etc::sourcelist=" + root.resolve("sources.list"),
            "Dir::Etc::sourceparts=/dev/null",
            "Dir::Etc::preferencesparts=/dev/null",
            "APT::Sandbox::User=root",
            "Acquire::Languages=none",
            "Acquire::Retries=" + retries,
            "Acquire::http::Timeout=20",
            // a list that cannot be had is otherwise a warning, and its packages seem not to exist
            "APT::Update::Error-Mode=any",
            "Debug::NoLocking=true")
        .forEach(option -> options.addAll(List.of("-o", option)));
    return List.copyOf(options);
  }

  private static void prepare(Path root, String name, String archive) {
    try {
      Files.createDirectories(root.resolve("state/lists/partial"));
      Files.createDirectories(root.resolve("cache/archives/partial"));
      Files.createFile(root.resolve("status"));
      String signed = Files.exists(KEYRING) ? "[signed-by=" + KEYRING + "] " : "";
      Files.writeString(
          root.resolve("sources.list"), "deb " + signed + archive + " " + name + " main\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Unpacks the packages and all they need into a directory. */
  void unpack(List<String> packages, Path directory) {
    unpack(
        directory,
        () -> {
          apt(directory, List.of("update"));
          return download(withNeeds(packages, directory), directory);
        });
  }

  /** Unpacks a package into a directory, for files of it that need nothing to run. */
  void unpackAlone(String pack, Path directory) {
    unpack(
        directory,
        () -> {
          apt(directory, List.of("update"));
          return download(List.of(pack), directory);
        });
  }

  private void unpack(Path directory, Supplier<List<Path>> downloading) {
    List<Path> archives = Cache.locked("apt-" + name, downloading);
    for (Path archive : archives) {
      Programs.mustRun(
          List.of("dpkg-deb", "-x", archive.toString(), directory.toString()),
          Map.of(),
          directory,
          Optional.empty());
    }
    archives.forEach(Cache::delete);
  }

  private List<String> withNeeds(List<String> packages, Path directory) {
    List<String> simulate = new ArrayList<>(List.of("-s", "install", "--no-install-recommends"));
    simulate.addAll(packages);
    return CHOSEN
        .matcher(apt(directory, simulate))
        .results()
        .map((MatchResult found) -> found.group(1))
        .filter(pack -> !NEEDLESS.matcher(pack).matches())
        .toList();
  }

  private List<Path> download(List<String> packages, Path directory) {
    List<String> download = new ArrayList<>(List.of("download"));
    download.addAll(packages);
    apt(directory, download);
    try (var files = Files.newDirectoryStream(directory, "*.deb")) {
      List<Path> archives = new ArrayList<>();
      files.forEach(archives::add);
      return archives;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String apt(Path directory, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("apt-get", "-q"));
    command.addAll(options);
    command.addAll(arguments);
    Programs.Ended ended = Programs.run(command, Map.of(), directory, Optional.empty());
    if (ended.exit() != 0) {
      throw new IllegalStateException(
          "apt-get " + String.join(" ", arguments) + " in " + name + ": " + ended.tail());
    }
    return ended.text();
  }

  private static boolean isDebian() {
    try {
      return Files.readAllLines(Path.of("/etc/os-release")).stream()
          .anyMatch(line -> Arrays.asList("ID=debian", "ID=\"debian\"").contains(line));
    } catch (IOException e) {
      return false;
    }
  }
}
