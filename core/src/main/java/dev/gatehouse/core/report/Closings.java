package dev.gatehouse.core.report;

import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who said that an obligation is done, in a file beside the journals that only grows: canonical
 * JSON lines, each with the digest of the one before, so that what is taken out or changed is
 * noticed. No journal is written to. It is the word of whoever may write there, and no proof.
 *
 * <p>Immutable; read once.
 *
 * @since 0.1
 */
public final class Closings {
  /** Its name in the directory of the journals. */
  public static final String FILE = "obligations.closed.jsonl";

  private static final String BEFORE = "before";

  /**
   * One obligation that somebody closed.
   *
   * @param id of the obligation
   */
  public record Closing(String id, String what, String by, Instant at, String text) {
    @Override
    public String toString() {
      return Plain.quoted(what)
          + ", by "
          + Plain.line(by)
          + " at "
          + Words.time(at)
          + (text.isEmpty() ? "" : ": " + Plain.line(text));
    }
  }

  private final Map<String, Closing> byId;
  private final String last;

  private Closings(Map<String, Closing> byId, String last) {
    this.byId = Map.copyOf(byId);
    this.last = last;
  }

  /** By the id of the obligation; the first one counts. */
  public Map<String, Closing> byId() {
    return byId;
  }

  /**
   * Those of that directory; none where there is no such file.
   *
   * @throws Refusal {@code obligations.broken} when a line was taken out, changed or torn
   */
  public static Closings in(Path journals) throws IOException {
    Path file = journals.resolve(FILE);
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        ? read(file, Files.readString(file))
        : new Closings(Map.of(), "");
  }

  private static Closings read(Path file, String text) {
    Map<String, Closing> all = new LinkedHashMap<>();
    String before = "";
    List<String> lines = text.lines().toList();
    if (!text.isEmpty() && !text.endsWith("\n")) {
      throw broken(file, lines.size(), "torn off");
    }
    for (int i = 0; i < lines.size(); i++) {
      Map<String, Object> fields;
      Closing one;
      try {
        fields = Json.parse(lines.get(i).getBytes(StandardCharsets.UTF_8));
        one =
            new Closing(
                "" + fields.get("id"),
                "" + fields.get("what"),
                "" + fields.get("by"),
                Instant.parse("" + fields.get("at")),
                "" + fields.get("text"));
      } catch (Refusal | DateTimeException e) {
        throw broken(file, i + 1, "no line of it");
      }
      if (!before.equals(fields.get(BEFORE))) {
        throw broken(file, i + 1, "does not follow the line before");
      }
      all.putIfAbsent(one.id(), one);
      before = Sha256.of(lines.get(i));
    }
    return new Closings(all, before);
  }

  private static Refusal broken(Path file, int line, String found) {
    return new Refusal(
        Finding.of("obligations.broken", "what was closed cannot be believed")
            .withExpected("lines that follow one another: " + file)
            .withFound("line " + line + ": " + found)
            .withFix("find out who changed it; put the file away to have all open again"));
  }

  /**
   * Appends that an obligation is done, on disk when this returns.
   *
   * @throws Refusal {@code obligations.closed} when it is closed already, {@code
   *     obligations.broken} when the file cannot be believed
   */
  public static Closing close(Path journals, Obligation done, String by, String text, Instant at)
      throws IOException {
    if (by.isBlank()) {
      throw new IllegalArgumentException("by is blank: say who did it");
    }
    Path file = journals.resolve(FILE);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      PrivateFiles.write(file, new byte[0]);
      PrivateFiles.forceDirectory(journals);
    }
    PrivateFiles.requirePrivate(file, "obligations.open");
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw");
        FileLock held = open.getChannel().lock()) {
      byte[] now = new byte[(int) open.length()];
      open.readFully(now);
      Closings all = read(file, new String(now, StandardCharsets.UTF_8));
      Closing before = all.byId.get(done.id());
      if (before != null) {
        throw new Refusal(
            Finding.of("obligations.closed", "the obligation is closed already")
                .withExpected("one that is open")
                .withFound(before.toString())
                .withFix("examples/run obligations '" + journals + "' lists those that are open"));
      }
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("id", done.id());
      line.put("what", done.what());
      line.put("by", by);
      line.put("at", at.toString());
      line.put("text", text);
      line.put(BEFORE, all.last);
      open.write(Json.canonical(line));
      open.write('\n');
      open.getFD().sync();
      if (!held.isValid()) {
        throw new IOException("the lock of " + file + " was lost");
      }
    }
    return new Closing(done.id(), done.what(), by, at, text);
  }
}
