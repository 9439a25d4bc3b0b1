package dev.gatehouse.mysql.password;

import dev.gatehouse.core.outcome.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The options of the group {@code [client]} of an option file, as the products' clients read them:
 * quotes around a whole value are taken off, {@code #} outside of quotes begins a comment, seven
 * escapes. What clients would stop at is refused, and so are includes. Values are bytes, which
 * closing wipes.
 */
final class ClientGroup implements AutoCloseable {
  /** Clients read that much of a line at once, and the rest as another line. */
  private static final int LONGEST = 4_000;

  private static final String ESCAPES = "ntrbs\"'\\";
  private static final String ESCAPED = "\n\t\r\b \"'\\";

  private final Map<String, byte[]> values = new HashMap<>();
  private final byte[] text;
  private final BiFunction<String, String, Refusal> refused;

  private ClientGroup(byte[] text, BiFunction<String, String, Refusal> refused) {
    this.text = text;
    this.refused = refused;
  }

  static ClientGroup of(byte[] text, BiFunction<String, String, Refusal> refused) {
    ClientGroup group = new ClientGroup(text, refused);
    group.read();
    return group;
  }

  /** The last of that name; empty where there is none, or none with a value. */
  Optional<byte[]> value(String option) {
    return Optional.ofNullable(values.get(option));
  }

  private void read() {
    String current = "";
    int number = 0;
    int begin = 0;
    while (begin < text.length) {
      int next = begin;
      while (next < text.length && text[next] != '\n') {
        if (text[next++] == 0) {
          throw wrong(number + 1, "a NUL byte", "write it as text");
        }
      }
      number++;
      if (next - begin > LONGEST) {
        throw wrong(number, "more than " + LONGEST + " bytes", "make it shorter");
      }
      int at = begin;
      while (at < next && isSpace(text[at])) {
        at++;
      }
      if (at < next && text[at] == '!') {
        throw wrong(
            number, "an include, which is not followed", "write [client] and password into it");
      } else if (at < next && text[at] == '[') {
        current = group(at + 1, next, number);
      } else if (at < next && text[at] != '#' && text[at] != ';') {
        if (current.isEmpty()) {
          throw wrong(number, "an option without a group before it", "write [client] above it");
        }
        option(current, at, next);
      }
      begin = next + 1;
    }
  }

  private String group(int begin, int next, int number) {
    int end = begin;
    while (end < next && text[end] != ']') {
      end++;
    }
    if (end == next) {
      throw wrong(number, "a group without its ]", "write [client]");
    }
    while (end > begin && isSpace(text[end - 1])) {
      end--;
    }
    return "[" + text(begin, end);
  }

  private void option(String group, int begin, int next) {
    int end = comment(begin, next);
    int equals = begin;
    while (equals < end && text[equals] != '=') {
      equals++;
    }
    int nameEnd = trimmed(begin, equals);
    if (!group.equals("[client")) {
      return;
    }
    String name = text(begin, nameEnd);
    wipe(values.remove(name));
    if (equals < end) {
      values.put(name, value(equals + 1, end));
    }
  }

  private byte[] value(int from, int to) {
    int begin = from;
    while (begin < to && isSpace(text[begin])) {
      begin++;
    }
    int end = trimmed(begin, to);
    boolean quoted = end - begin > 1 && (text[begin] == '"' || text[begin] == '\'');
    if (quoted && text[begin] == text[end - 1]) {
      begin++;
      end--;
    }
    byte[] value = new byte[end - begin];
    int length = 0;
    for (int at = begin; at < end; at++) {
      int escape =
          text[at] == '\\' && at + 1 < end ? ESCAPES.indexOf((char) (text[at + 1] & 0xff)) : -1;
      value[length++] = escape < 0 ? text[at] : (byte) ESCAPED.charAt(escape);
      if (escape >= 0) {
        at++;
      } else if (text[at] == '\\' && at + 1 < end) {
        value[length++] = text[++at];
      }
    }
    byte[] exact = Arrays.copyOf(value, length);
    wipe(value);
    return exact;
  }

  /** Where its comment begins. */
  private int comment(int begin, int next) {
    byte quote = 0;
    boolean escape = false;
    for (int at = begin; at < next; at++) {
      byte each = text[at];
      if ((each == '"' || each == '\'') && !escape) {
        quote = quote == 0 ? each : quote == each ? 0 : quote;
      }
      if (quote == 0 && each == '#') {
        return at;
      }
      escape = quote != 0 && each == '\\' && !escape;
    }
    return next;
  }

  private int trimmed(int begin, int to) {
    int end = to;
    while (end > begin && isSpace(text[end - 1])) {
      end--;
    }
    return end;
  }

  private static boolean isSpace(byte each) {
    return each == ' ' || (each >= '\t' && each <= '\r') || each == (byte) 0xA0;
  }

  private String text(int begin, int end) {
    return new String(text, begin, end - begin, StandardCharsets.UTF_8);
  }

  private static void wipe(byte @Nullable [] value) {
    if (value != null) {
      Arrays.fill(value, (byte) 0);
    }
  }

  private Refusal wrong(int line, String found, String fix) {
    return refused.apply("line " + line + ": " + found, fix);
  }

  @Override
  public void close() {
    values.values().forEach(ClientGroup::wipe);
  }
}
