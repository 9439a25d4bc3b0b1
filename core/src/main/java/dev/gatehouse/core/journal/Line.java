package dev.gatehouse.core.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Refusal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A record as the bytes of one line, and back. */
final class Line {

  /** What the first record has for the hash of a line before it. */
  static final String NOTHING = "0".repeat(64);

  /** How every line begins: keys are sorted, and {@code at} is text. */
  static final byte[] BEGINNING = "{\"at\":\"".getBytes(UTF_8);

  private static final Set<String> KEYS = Set.of("at", "body", "epoch", "prev", "seq", "type");
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  private Line() {}

  /** The line, without its line feed. */
  static byte[] of(
      long seq, Instant at, long epoch, String type, Map<String, ?> body, String prev) {
    return Json.canonical(
        Map.of(
            "at",
            at.toString(),
            "body",
            body,
            "epoch",
            epoch,
            "prev",
            prev,
            "seq",
            seq,
            "type",
            type));
  }

  /** The body as it is when read back: unmodifiable, whole numbers as {@code Long}. */
  static Map<String, Object> frozenMap(Map<?, ?> map) {
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach((name, value) -> copy.put((String) name, frozen(value)));
    return Collections.unmodifiableMap(copy);
  }

  private static Object frozen(Object value) {
    if (value instanceof Map<?, ?> map) {
      return frozenMap(map);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(inner -> frozen(inner)).toList();
    }
    return value instanceof Integer number ? number.longValue() : value;
  }

  /** The record in a line, unless it is not exactly as this class would write it. */
  static Optional<Entry> read(byte[] line) {
    // Cheap look first: the tail of a file may be megabytes of something else.
    if (line.length < BEGINNING.length
        || !Arrays.equals(line, 0, BEGINNING.length, BEGINNING, 0, BEGINNING.length)) {
      return Optional.empty();
    }
    try {
      Map<String, Object> object = Json.parse(line);
      return Arrays.equals(Json.canonical(object), line) ? entry(object, line) : Optional.empty();
    } catch (Refusal notJson) {
      return Optional.empty();
    }
  }

  private static Optional<Entry> entry(Map<String, Object> object, byte[] line) {
    if (object.keySet().equals(KEYS)
        && object.get("at") instanceof String at
        && object.get("body") instanceof Map<?, ?> body
        && object.get("epoch") instanceof Long epoch
        && object.get("prev") instanceof String prev
        && object.get("seq") instanceof Long seq
        && object.get("type") instanceof String type
        && seq >= 0
        && SHA_256.matcher(prev).matches()) {
      try {
        @SuppressWarnings("unchecked") // Json makes maps with String keys only
        Map<String, Object> facts = (Map<String, Object>) body;
        Instant time = Instant.parse(at);
        return time.toString().equals(at)
            ? Optional.of(new Entry(seq, time, epoch, type, facts, prev, Sha256.of(line)))
            : Optional.empty();
      } catch (DateTimeException notATime) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }
}
