package dev.gatehouse.core.artifact;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** RESTORE.md: how to get at the data with stock clients alone, when nothing else is left. */
final class RestoreGuide {
  static final String NAME = "RESTORE.md";

  private RestoreGuide() {}

  static byte[] write(Manifest manifest, List<String> commands) {
    List<String> lines = new ArrayList<>();
    lines.add("# Restore " + manifest.id());
    lines.add("");
    // On one line whatever the source's name holds: a name must not end the text and begin a
    // command.
    String source = manifest.source().replaceAll("[\\p{Cntrl}`]", "?");
    lines.add("Backup of `" + source + "`, true at " + manifest.snapshotAt() + ",");
    lines.add(
        "taken by `"
            + manifest.method()
            + "`: "
            + manifest.content().tables().size()
            + " tables, "
            + manifest.content().rows()
            + " rows, "
            + manifest.rawBytes()
            + " bytes.");
    lines.add("");
    lines.add("Copy this directory to where there is room, go there, and run the lines below in");
    lines.add(
        "order. Stop at the first one that fails: the artifact is then not what was written.");
    lines.add("");
    lines.add("```sh");
    for (StoredFile file : manifest.files()) {
      lines.add(check(file.storedSha256(), file.name()));
      if (file.zstd()) {
        lines.add("zstd -d -o " + quoted(file.rawName()) + " -- " + quoted(file.name()));
        lines.add(check(file.rawSha256(), file.rawName()));
      }
    }
    lines.addAll(commands);
    lines.add("```");
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static String check(String sha256, String file) {
    return "echo " + quoted(sha256 + "  " + file) + " | sha256sum -c -";
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
