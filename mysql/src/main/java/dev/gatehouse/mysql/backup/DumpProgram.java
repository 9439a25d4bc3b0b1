package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.process.ChildProcess;
import dev.gatehouse.core.process.Programs;
import dev.gatehouse.mysql.session.Product;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A dump tool that fits a server: of its product, and not older. A tool of the other product would
 * leave out or alter in silence what it does not know.
 *
 * @param name as its product names it
 */
record DumpProgram(String name, Path file, String version) {
  private static final Map<String, List<String>> NAMES =
      Map.of("MySQL", List.of("mysqldump"), "MariaDB", List.of("mariadb-dump", "mysqldump"));
  private static final Map<String, String> PACKAGES =
      Map.of("MySQL", "mysql-client", "MariaDB", "mariadb-client");
  private static final Pattern VERSION =
      Pattern.compile("(?:Distrib|from|Ver) (\\d+)\\.(\\d+)\\.(\\d+)(-MariaDB)?");
  private static final Set<String> KEPT = Set.of("PATH", "TMPDIR");
  private static final Map<String, String> ENVIRONMENT = Map.of("LC_ALL", "C");

  /**
   * One snapshot and no lock; every kind of object; nothing that a client must not be asked for;
   * bytes as hexadecimals; and nothing of the server beside the database.
   */
  private static final List<String> ARGUMENTS =
      List.of(
          "--single-transaction",
          "--skip-lock-tables",
          "--skip-add-locks",
          "--skip-disable-keys",
          "--skip-add-drop-table",
          "--no-tablespaces",
          "--routines",
          "--triggers",
          "--events",
          "--create-options",
          "--quick",
          "--extended-insert",
          "--complete-insert",
          "--hex-blob",
          "--tz-utc",
          "--set-charset",
          "--default-character-set=utf8mb4",
          "--max-allowed-packet=1G",
          "--net-buffer-length=1M",
          "--comments",
          "--skip-dump-date");

  private static final List<String> OF_MYSQL =
      List.of("--set-gtid-purged=OFF", "--column-statistics=0");

  /** As a plan shows it; which tool it will be, only the server tells. */
  static String shown() {
    return "mysqldump or mariadb-dump " + String.join(" ", ARGUMENTS);
  }

  /**
   * @throws Refusal naming the package to install
   */
  static DumpProgram find(DumpTools tools, Product server) {
    List<String> declined = new ArrayList<>();
    for (Path file : candidates(tools, NAMES.getOrDefault(server.name(), List.of()))) {
      Optional<DumpProgram> fit = ask(file, server, declined);
      if (fit.isPresent()) {
        return fit.get();
      }
    }
    String name = NAMES.getOrDefault(server.name(), List.of("dump tool")).get(0);
    throw new Refusal(
        Finding.of(
                "tool.missing",
                "there is no " + name + " that fits " + server.name() + " " + server.version())
            .withExpected(name + " of " + server.name() + ", of that version or newer, " + tools)
            .withFound(declined.isEmpty() ? "none" : String.join("; ", declined))
            .withFix(
                "install "
                    + PACKAGES.get(server.name())
                    + " of that version, say where it is: DumpTools.at(path), or back up without a"
                    + " tool: MySql.dialect()"));
  }

  private static List<Path> candidates(DumpTools tools, List<String> names) {
    return names.stream()
        .flatMap(
            name ->
                tools
                    .directory()
                    .map(place -> Stream.of(place.resolve(name)).filter(Programs::isOne))
                    .orElseGet(() -> Programs.onPath(name).stream()))
        .toList();
  }

  private static Optional<DumpProgram> ask(Path file, Product server, List<String> declined) {
    ProcessBuilder asking =
        ChildProcess.command(List.of(file.toString(), "--version"), KEPT, ENVIRONMENT);
    Optional<Matcher> said = Programs.version(asking, file.toString(), VERSION, declined);
    if (said.isEmpty()) {
      return Optional.empty();
    }
    Matcher told = said.get();
    boolean mariaDb = told.group(4) != null;
    String product = mariaDb ? "MariaDB" : "MySQL";
    String version = told.group(1) + "." + told.group(2) + "." + told.group(3);
    if (!product.equals(server.name()) || older(told, server.version())) {
      declined.add(file + " is " + product + " " + version);
      return Optional.empty();
    }
    return Optional.of(new DumpProgram(mariaDb ? "mariadb-dump" : "mysqldump", file, version));
  }

  /** Within a series a tool may be older. */
  private static boolean older(Matcher told, Product.Version server) {
    int major = Integer.parseInt(told.group(1));
    int minor = Integer.parseInt(told.group(2));
    return major != server.major() ? major < server.major() : minor < server.minor();
  }

  /** The command; what logs it in is read from its standard input, and waited for. */
  ProcessBuilder dumping(String database) {
    List<String> words = new ArrayList<>();
    words.add(file.toString());
    words.add("--defaults-file=/dev/stdin");
    words.addAll(arguments());
    words.add("--");
    words.add(database);
    return ChildProcess.command(words, KEPT, ENVIRONMENT);
  }

  List<String> arguments() {
    List<String> arguments = new ArrayList<>(ARGUMENTS);
    if (name.equals("mysqldump")) {
      arguments.addAll(OF_MYSQL);
    }
    return arguments;
  }
}
