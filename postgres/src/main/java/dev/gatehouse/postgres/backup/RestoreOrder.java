package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.postgres.archive.DumpToc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * In which order the entries of an archive are restored: event triggers last. pg_restore makes them
 * before it refreshes materialized views, and with several jobs at the same time: then they answer
 * to what the restore does.
 */
final class RestoreOrder {
  private static final String EVENT_TRIGGER = "EVENT TRIGGER";

  private final List<DumpToc.Entry> first;
  private final List<DumpToc.Entry> last;

  private RestoreOrder(List<DumpToc.Entry> first, List<DumpToc.Entry> last) {
    this.first = first;
    this.last = last;
  }

  static RestoreOrder of(List<DumpToc.Entry> entries) {
    var parts = entries.stream().collect(Collectors.partitioningBy(RestoreOrder::ofEventTrigger));
    return new RestoreOrder(
        parts.getOrDefault(false, List.of()), parts.getOrDefault(true, List.of()));
  }

  /** Itself, or its comment or label, whose tag begins with what it is about. */
  private static boolean ofEventTrigger(DumpToc.Entry entry) {
    return entry.kind().equals(EVENT_TRIGGER)
        || (!entry.definition().isEmpty() && entry.tag().startsWith(EVENT_TRIGGER + " "));
  }

  boolean hasEventTriggers() {
    return !last.isEmpty();
  }

  /** Options of each execution of pg_restore, one after the other. */
  List<List<String>> executions(Path work) throws IOException {
    return last.isEmpty()
        ? List.of(List.of())
        : List.of(List.of(option(work, first)), List.of(option(work, last)));
  }

  private static String option(Path work, List<DumpToc.Entry> entries) throws IOException {
    Path list = work.resolve(".list-" + UUID.randomUUID());
    List<String> lines = new ArrayList<>();
    entries.forEach(entry -> lines.add(entry.id() + ";"));
    PrivateFiles.write(list, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    return "--use-list=" + list;
  }
}
