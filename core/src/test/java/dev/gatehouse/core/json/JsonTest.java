package dev.gatehouse.core.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  @Test
  void keys_are_sorted_by_utf_16_code_unit() {
    Map<String, Object> object = new LinkedHashMap<>();
    for (String key : List.of("\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6")) {
      object.put(key, 1L);
    }
    assertThat(text(object))
        .isEqualTo(
            "{\"\\r\":1,\"1\":1,\"\u0080\":1,\"\u00f6\":1,\"\u20ac\":1,\"\ud83d\ude00\":1,\"\ufb33\":1}");
  }

  @Test
  void text_is_escaped_only_where_it_must_be() {
    assertThat(text(Map.of("a", "\b\t\n\f\r\"\\/\u0000\u001f\u007f\u2028\u00e9")))
        .isEqualTo("{\"a\":\"\\b\\t\\n\\f\\r\\\"\\\\/\\u0000\\u001f\u007f\u2028\u00e9\"}");
  }

  @Test
  void whole_numbers_are_plain_up_to_the_largest_exact_one() {
    assertThat(text(Map.of("a", List.of(Json.LARGEST, -Json.LARGEST, 0L, 7, true, false))))
        .isEqualTo("{\"a\":[9007199254740991,-9007199254740991,0,7,true,false]}");
  }

  @Test
  void text_is_not_normalised() {
    assertThat(text(Map.of("a", "A\u030a"))).isEqualTo("{\"a\":\"A\u030a\"}");
  }

  @Test
  void what_is_written_is_read_back_and_written_the_same() {
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      Map<String, Object> object = object(random, 0);
      byte[] bytes = Json.canonical(object);
      assertThat(Json.parse(bytes)).isEqualTo(object);
      assertThat(Json.canonical(Json.parse(bytes))).isEqualTo(bytes);
      assertThat(Json.parse(Json.pretty(object).getBytes(UTF_8))).isEqualTo(object);
    }
  }

  @Test
  void another_canonicaliser_agrees() throws IOException {
    Random random = new Random(2);
    for (int i = 0; i < 2_000; i++) {
      Map<String, Object> object = object(random, 0);
      String other = new JsonCanonicalizer(Json.pretty(object)).getEncodedString();
      assertThat(text(object)).isEqualTo(other);
    }
  }

  @Test
  void pretty_keeps_the_order_and_indents() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("b", 1L);
    object.put("a", List.of("x"));
    assertThat(Json.pretty(object))
        .isEqualTo(
            """
            {
              "b": 1,
              "a": [
                "x"
              ]
            }
            """);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "1",
        "null",
        "{",
        "{}{}",
        "{} x",
        "{\"a\":1,}",
        "{\"a\":1,\"a\":1}",
        "{\"a\":{\"b\":1,\"\\u0062\":2}}",
        "{\"a\":null}",
        "{\"a\":1.0}",
        "{\"a\":1e2}",
        "{\"a\":-0}",
        "{\"a\":01}",
        "{\"a\":9007199254740992}",
        "{\"a\":-9007199254740992}",
        "{\"a\":-9223372036854775808}",
        "{\"a\":99999999999999999999}",
        "{\"a\":NaN}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\\ud800\"}",
        "{\"\\ud800\":1}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1 /* x */}",
        "{\"a\":\"\t\"}",
        "\ufeff{}",
        "{\"a\":\"\\x\"}"
      })
  void what_is_not_strict_is_refused(String text) {
    assertThatThrownBy(() -> Json.parse(text.getBytes(UTF_8)))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("this is not strict JSON")
        .hasMessageContaining("json.malformed");
  }

  @Test
  void a_key_that_comes_twice_is_named() {
    assertThatThrownBy(() -> Json.parse("{\"seq\":1,\"seq\":2}".getBytes(UTF_8)))
        .hasMessageContaining("Duplicate field 'seq'");
  }

  @Test
  void bytes_that_are_not_utf_8_are_refused() {
    for (byte[] bad :
        List.of(
            new byte[] {(byte) 0xc0, (byte) 0x80},
            new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
            new byte[] {(byte) 0xff})) {
      byte[] bytes = "{\"a\":\"???\"}".getBytes(UTF_8);
      System.arraycopy(bad, 0, bytes, 6, bad.length);
      assertThatThrownBy(() -> Json.parse(bytes)).hasMessageContaining("expected  UTF-8");
    }
  }

  @Test
  void nesting_of_64_is_read_and_written_and_65_is_not() {
    String inner = "{\"a\":".repeat(63) + "{}" + "}".repeat(63);
    assertThat(text(Json.parse(inner.getBytes(UTF_8)))).isEqualTo(inner);
    String deeper = "{\"a\":" + inner + "}";
    assertThatThrownBy(() -> Json.parse(deeper.getBytes(UTF_8))).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> Json.canonical(Map.of("a", Json.parse(inner.getBytes(UTF_8)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("deeper than 64");
  }

  @Test
  void more_than_16_mebibytes_are_refused_both_ways() {
    byte[] bytes = new byte[Json.LONGEST + 1];
    assertThatThrownBy(() -> Json.parse(bytes)).hasMessageContaining("16777217 bytes");
    assertThatThrownBy(() -> Json.canonical(Map.of("a", "x".repeat(Json.LONGEST))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void values_of_other_kinds_are_not_written_and_are_named() {
    Map<String, Object> withNull = new LinkedHashMap<>();
    withNull.put("b", null);
    List<Object> bad = new ArrayList<>(List.of(1.5, 'c', "\ud800", Json.LARGEST + 1, withNull));
    bad.add(Long.MIN_VALUE);
    for (Object value : bad) {
      assertThatThrownBy(() -> Json.canonical(Map.of("a", List.of(value))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("'.a[0]");
    }
    assertThatThrownBy(() -> Json.canonical(Map.of("\udc00", 1L)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static String text(Map<String, ?> object) {
    return new String(Json.canonical(object), UTF_8);
  }

  private static Map<String, Object> object(Random random, int depth) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      object.put(word(random), value(random, depth + 1));
    }
    return object;
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth > 4 ? 3 : 5)) {
      case 0 -> word(random);
      case 1 -> random.nextLong() % (Json.LARGEST + 1);
      case 2 -> random.nextBoolean();
      case 3 -> object(random, depth);
      default -> List.of(value(random, depth + 1), value(random, depth + 1));
    };
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      int c = random.nextBoolean() ? random.nextInt(0x80) : random.nextInt(0x110000);
      word.appendCodePoint(c >= 0xd800 && c <= 0xdfff ? 'x' : c);
    }
    return word.toString();
  }
}
