package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.process.Programs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Looks for a client program that fits a server. */
final class ToolSearch {
  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ((\\d+)\\S*)");

  /** So far ahead of a server's version tools are looked for. */
  private static final int NEWER = 8;

  private final PgTools tools;
  private final int server;

  ToolSearch(PgTools tools, int server) {
    this.tools = tools;
    this.server = server;
  }

  /**
   * pg_dump of the server's major version, or the next newer one.
   *
   * @throws Refusal naming the package to install
   */
  Tool dump() {
    return find("pg_dump");
  }

  /**
   * pg_restore of the server's major version, or the next newer one, which may be used for reading
   * and for printing SQL.
   *
   * @throws Refusal naming the package to install
   */
  Tool restore() {
    return find("pg_restore");
  }

  private Tool find(String name) {
    List<String> declined = new ArrayList<>();
    Tool best = null;
    for (List<String> command : candidates(name)) {
      Tool tool = ask(name, command, declined);
      if (tool == null) {
        continue;
      }
      if (tool.major() == server) {
        return tool;
      }
      declined.add(command.get(command.size() - 1) + " is " + tool.version());
      if (tool.major() > server && (best == null || tool.major() < best.major())) {
        best = tool;
      }
    }
    if (best != null) {
      return best;
    }
    throw new Refusal(
        Finding.of("tool.missing", "there is no " + name + " that fits PostgreSQL " + server)
            .withExpected(name + " " + server + " or newer, " + tools)
            .withFound(declined.isEmpty() ? "none" : String.join("; ", declined))
            .withFix(
                "apt-get install postgresql-client-"
                    + server
                    + ", or say where it is: Postgres.dialectWith(PgTools.at(path))"));
  }

  private List<List<String>> candidates(String name) {
    List<List<String>> candidates = new ArrayList<>();
    if (!tools.prefix().isEmpty()) {
      List<String> command = new ArrayList<>(tools.prefix());
      command.addAll(ToolProcess.ENVIRONMENT_WORDS);
      command.add(name);
      return List.of(command);
    }
    if (tools.directory().isPresent()) {
      return List.of(List.of(tools.directory().get().resolve(name).toString()));
    }
    Programs.onPath(name).forEach(file -> add(candidates, file));
    for (int major = server; major <= server + NEWER; major++) {
      add(candidates, Path.of("/usr/lib/postgresql/" + major + "/bin").resolve(name));
      add(candidates, Path.of("/usr/pgsql-" + major + "/bin").resolve(name));
    }
    return candidates;
  }

  private static void add(List<List<String>> candidates, Path file) {
    if (Programs.isOne(file)) {
      candidates.add(List.of(file.toString()));
    }
  }

  private static @Nullable Tool ask(String name, List<String> command, List<String> declined) {
    String shown = command.get(command.size() - 1);
    return Programs.version(
            ToolProcess.command(command, List.of("--version")), shown, VERSION, declined)
        .map(told -> new Tool(name, command, told.group(1), Integer.parseInt(told.group(2))))
        .orElse(null);
  }

  /**
   * A program that was asked for its version.
   *
   * @param command how to execute it; the program last
   */
  record Tool(String name, List<String> command, String version, int major) {
    boolean local() {
      return command.size() == 1;
    }
  }
}
