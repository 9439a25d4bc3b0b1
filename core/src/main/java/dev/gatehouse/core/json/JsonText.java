package dev.gatehouse.core.json;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as JSON text. By hand, because an effect waits for it twice: a generator and a
 * canonicaliser that reads its text again took most of the time of a journal record.
 */
final class JsonText {
  private static final String HEX = "0123456789abcdef";

  private final StringBuilder out = new StringBuilder(512);
  private final Deque<Object> path = new ArrayDeque<>();
  private final boolean pretty;

  /**
   * @param pretty indented and in the order of the maps; else canonical
   */
  JsonText(boolean pretty) {
    this.pretty = pretty;
  }

  String of(Map<String, ?> object) {
    value(object);
    return out.toString();
  }

  static boolean wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i)) && !paired(text, i++)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a whole pair begins there. */
  private static boolean paired(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at))
        && at + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(at + 1));
  }

  private void value(@Nullable Object value) {
    if (value instanceof String text) {
      string(text);
    } else if (value instanceof Long || value instanceof Integer) {
      number(((Number) value).longValue());
    } else if (value instanceof Boolean truth) {
      out.append(truth.booleanValue());
    } else if (value instanceof Map<?, ?> map) {
      object(map);
    } else if (value instanceof List<?> list) {
      array(list);
    } else {
      String kind = value == null ? "null: leave it out" : value.getClass().getSimpleName();
      throw misuse("is of a kind that is not written, " + kind);
    }
  }

  private void object(Map<?, ?> map) {
    open('{', map.isEmpty());
    Object[] names = map.keySet().toArray();
    if (!pretty) {
      sort(names);
    }
    boolean first = true;
    for (Object name : names) {
      separate(first);
      first = false;
      path.addLast(name);
      string(text(name));
      out.append(pretty ? ": " : ":");
      value(map.get(name));
      path.removeLast();
    }
    close('}', map.isEmpty());
  }

  private void array(List<?> list) {
    open('[', list.isEmpty());
    for (int i = 0; i < list.size(); i++) {
      separate(i == 0);
      path.addLast(i);
      value(list.get(i));
      path.removeLast();
    }
    close(']', list.isEmpty());
  }

  private void open(char bracket, boolean empty) {
    // The path holds one name for each object and array around this one.
    if (path.size() >= Json.DEEPEST) {
      throw misuse("is nested deeper than " + Json.DEEPEST);
    }
    out.append(bracket);
    if (empty) {
      return;
    }
    indent(path.size() + 1);
  }

  private void separate(boolean first) {
    if (!first) {
      out.append(',');
      indent(path.size() + 1);
    }
  }

  private void close(char bracket, boolean empty) {
    if (!empty) {
      indent(path.size());
    }
    out.append(bracket);
  }

  private void indent(int depth) {
    if (pretty) {
      out.append('\n').append("  ".repeat(depth));
    }
  }

  /** By UTF-16 code unit, which is how Java orders strings and what RFC 8785 asks for. */
  private void sort(Object[] names) {
    for (Object name : names) {
      text(name);
    }
    Arrays.sort(names);
  }

  private String text(@Nullable Object name) {
    if (name instanceof String text) {
      return text;
    }
    throw misuse("has a key that is no text: " + name);
  }

  private void number(long number) {
    if (!Json.exact(number)) {
      throw misuse("is beyond 2^53-1: " + number);
    }
    out.append(number);
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        control(c);
      } else if (!Character.isSurrogate(c)) {
        out.append(c);
      } else if (paired(text, i)) {
        out.append(c).append(text.charAt(++i));
      } else {
        throw misuse("holds half a surrogate pair");
      }
    }
    out.append('"');
  }

  private void control(char c) {
    int shortForm = "\b\t\n\f\r".indexOf(c);
    if (shortForm >= 0) {
      out.append('\\').append("btnfr".charAt(shortForm));
    } else {
      out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
    }
  }

  private IllegalArgumentException misuse(String what) {
    StringBuilder where = new StringBuilder();
    path.forEach(name -> where.append(name instanceof Integer ? "[" + name + "]" : "." + name));
    return new IllegalArgumentException("'" + where + "' " + what);
  }
}
