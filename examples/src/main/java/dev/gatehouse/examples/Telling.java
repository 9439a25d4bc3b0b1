package dev.gatehouse.examples;

import static dev.gatehouse.dsl.GatehouseTelling.slack;
import static dev.gatehouse.dsl.GatehouseTelling.webhook;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.tell.Channel;
import dev.gatehouse.dsl.tell.Webhook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code examples/run tell JOURNAL}: tells who was left when the run was closed. Addresses and keys
 * come from files: a command line is seen by all. Exits with 0 when nobody is left, 5 otherwise.
 */
final class Telling {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int LEFT = 5;

  static final String USAGE =
      "JOURNAL [--slack FILE] [--webhook FILE] [--key FILE]: tells who was not told by the run";

  private Telling() {}

  static int run(List<String> arguments) throws IOException {
    Map<String, Path> files = new HashMap<>();
    for (int i = 1; i < arguments.size(); i += 2) {
      if (!USAGE.contains("[" + arguments.get(i) + " ") || i + 1 == arguments.size()) {
        throw new IllegalArgumentException("examples/run tell " + USAGE);
      }
      files.put(arguments.get(i), Path.of(arguments.get(i + 1)));
    }
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException("examples/run tell " + USAGE);
    }
    Path journal = Path.of(arguments.get(0)).toAbsolutePath();
    List<Channel> channels = new ArrayList<>();
    Path room = files.get("--slack");
    if (room != null) {
      channels.add(slack(secret(room)));
    }
    Path address = files.get("--webhook");
    Path key = files.get("--key");
    if (address != null) {
      Webhook hook = webhook(secret(address));
      channels.add(key == null ? hook : hook.signedWith(secret(key)));
    }
    RunRecord record =
        Runner.journalingTo(journal.resolveSibling(""))
            .telling(channels.toArray(Channel[]::new))
            .tell(journal, PATIENCE);
    record
        .notices()
        .pending()
        .forEach((name, open) -> System.out.println(name + " is left: " + open.size()));
    if (record.notices().pending().isEmpty()) {
      System.out.println("everybody is told");
    }
    return record.notices().pending().isEmpty() ? 0 : LEFT;
  }

  private static Secret secret(Path file) throws IOException {
    return Secret.of("in " + file.getFileName(), Files.readString(file).strip().toCharArray());
  }
}
