package dev.gatehouse.core.artifact;

import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.json.Sha256;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A JSON object whose field {@code sha256} is the digest of the rest, in the one canonical way to
 * write it: no bit can change unnoticed, not even white space. Shows damage, not forgery.
 */
record SelfDigested(Map<String, Object> fields) {
  private static final String DIGEST = "sha256";

  /** Thrown as an argument error: the caller knows which file it is and says so. */
  static SelfDigested read(byte[] bytes, Set<String> expected) {
    Map<String, Object> all = new LinkedHashMap<>(Json.parse(bytes));
    all.remove(DIGEST);
    SelfDigested read = new SelfDigested(all);
    // Compares digest and spelling at once: there is one way to write these fields.
    if (!Arrays.equals(read.bytes(), bytes)) {
      throw new IllegalArgumentException("its own digest does not match");
    }
    if (!all.keySet().equals(expected)) {
      throw new IllegalArgumentException("fields " + new TreeMap<>(all).keySet());
    }
    return read;
  }

  byte[] bytes() {
    Map<String, Object> all = new LinkedHashMap<>(fields);
    all.put(DIGEST, Sha256.of(Json.canonical(fields)));
    return Json.canonical(all);
  }

  String text(String name) {
    return value(name, String.class);
  }

  long number(String name) {
    return value(name, Long.class);
  }

  /** The object's fields, each of them text. */
  Map<String, String> texts(String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) value(name, Map.class)).entrySet()) {
      if (!(entry.getKey() instanceof String key) || !(entry.getValue() instanceof String text)) {
        throw new IllegalArgumentException("field '" + name + "' holds " + entry);
      }
      texts.put(key, text);
    }
    return texts;
  }

  List<?> list(String name) {
    return value(name, List.class);
  }

  private <T> T value(String name, Class<T> type) {
    Object value = fields.get(name);
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException("field '" + name + "' is " + value);
    }
    return type.cast(value);
  }
}
