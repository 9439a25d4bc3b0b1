package dev.gatehouse.core.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.erdtman.jcs.JsonCanonicalizer;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object as bytes that are the same everywhere, and back, with nothing left to
 * interpretation.
 *
 * <p>Values are {@code String}, whole numbers within ±(2<sup>53</sup>-1), {@code Boolean}, {@code
 * List} and {@code Map<String, Object>}. No fractions and no null: durations and decimals are
 * strings, and what is not known is left out. Whole numbers are read as {@code Long}.
 *
 * <p>Thread-safe; reads and writes no files.
 *
 * @since 0.1
 */
public final class Json {

  /** Deepest nesting of objects and arrays, the outermost object counted. */
  public static final int DEEPEST = 64;

  /** Longest text in bytes: 16 MiB. */
  public static final int LONGEST = 16 << 20;

  /** Largest whole number that every JSON reader keeps exactly: 2^53-1. */
  public static final long LARGEST = (1L << 53) - 1;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxDocumentLength(LONGEST)
                  .maxStringLength(LONGEST)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private Json() {}

  /**
   * The object as canonical JSON (RFC 8785) in UTF-8: keys sorted, no white space, one way to write
   * each value. Equal objects give equal bytes.
   *
   * @throws IllegalArgumentException when a value is of another kind, too deep, too long, or a text
   *     holds half a surrogate pair
   */
  public static byte[] canonical(Map<String, ?> object) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(text)) {
      write(out, object, "", 1);
      out.flush();
      byte[] bytes = new JsonCanonicalizer(text.toString()).getEncodedUTF8();
      if (bytes.length > LONGEST) {
        throw new IllegalArgumentException(
            "object is " + bytes.length + " bytes as JSON; at most " + LONGEST + " are allowed");
      }
      return bytes;
    } catch (IOException e) {
      throw new Bug("checked values did not become canonical JSON", e);
    }
  }

  /**
   * The object as indented JSON for people, in the order of the map, lines ended by {@code \n}.
   *
   * @throws IllegalArgumentException as {@link #canonical}
   */
  public static String pretty(Map<String, ?> object) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(text)) {
      DefaultIndenter lines = new DefaultIndenter("  ", "\n");
      DefaultPrettyPrinter printer =
          new DefaultPrettyPrinter(
              Separators.createDefaultInstance()
                  .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
      printer.indentObjectsWith(lines);
      printer.indentArraysWith(lines);
      out.setPrettyPrinter(printer);
      write(out, object, "", 1);
      out.flush();
      return text.append('\n').toString();
    } catch (IOException e) {
      throw new Bug("checked values did not become JSON", e);
    }
  }

  /**
   * Reads exactly one object. Maps keep the order of the text; maps and lists are unmodifiable.
   *
   * @throws Refusal {@code json.malformed} when the bytes are not one JSON object in UTF-8, a key
   *     comes twice, a number is a fraction or beyond ±(2<sup>53</sup>-1), a value is null, a text
   *     holds half a surrogate pair, nesting is deeper than {@link #DEEPEST}, or the text is longer
   *     than {@link #LONGEST}
   */
  public static Map<String, Object> parse(byte[] bytes) {
    if (bytes.length > LONGEST) {
      throw malformed("at most " + LONGEST + " bytes", bytes.length + " bytes", null);
    }
    // Decoded first: the parser's own byte reader lets overlong and surrogate UTF-8 pass.
    try (JsonParser in =
        FACTORY.createParser(
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString())) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw malformed("one object", "something else at its start", null);
      }
      Map<String, Object> object = object(in);
      if (in.nextToken() != null) {
        throw malformed("one object", "more text behind it", null);
      }
      return object;
    } catch (CharacterCodingException e) {
      throw malformed("UTF-8", "bytes that are not", e);
    } catch (JsonProcessingException e) {
      String where = e.getLocation() == null ? "" : " at character " + at(e);
      throw malformed("strict JSON", e.getOriginalMessage() + where, e);
    } catch (IOException e) {
      throw new Bug("reading from memory failed", e);
    }
  }

  private static long at(JsonProcessingException e) {
    return e.getLocation().getCharOffset();
  }

  private static Map<String, Object> object(JsonParser in) throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = whole(in.currentName());
      in.nextToken();
      object.put(name, value(in));
    }
    return Collections.unmodifiableMap(object);
  }

  private static List<Object> array(JsonParser in) throws IOException {
    List<Object> array = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(in));
    }
    return Collections.unmodifiableList(array);
  }

  private static Object value(JsonParser in) throws IOException {
    JsonToken token = Objects.requireNonNull(in.currentToken());
    return switch (token) {
      case START_OBJECT -> object(in);
      case START_ARRAY -> array(in);
      case VALUE_STRING -> whole(in.getText());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> number(in);
      case VALUE_NUMBER_FLOAT -> throw malformed("whole numbers", in.getText(), null);
      default -> throw malformed("no " + token.asString(), token.asString(), null);
    };
  }

  private static Long number(JsonParser in) throws IOException {
    boolean fits = in.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    if (!fits || !exact(in.getLongValue()) || in.getText().equals("-0")) {
      throw malformed("whole numbers within ±" + LARGEST, in.getText(), null);
    }
    return in.getLongValue();
  }

  private static String whole(String text) {
    if (!wellFormed(text)) {
      throw malformed("whole characters", "half a surrogate pair", null);
    }
    return text;
  }

  private static boolean wellFormed(String text) {
    return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= 0xDFFF);
  }

  private static void write(JsonGenerator out, @Nullable Object value, String path, int depth)
      throws IOException {
    if (depth > DEEPEST && (value instanceof Map || value instanceof List)) {
      throw new IllegalArgumentException("'" + path + "' is nested deeper than " + DEEPEST);
    }
    if (value instanceof String text && wellFormed(text)) {
      out.writeString(text);
    } else if (value instanceof Long || value instanceof Integer) {
      out.writeNumber(inRange(((Number) value).longValue(), path));
    } else if (value instanceof Boolean truth) {
      out.writeBoolean(truth);
    } else if (value instanceof List<?> list) {
      out.writeStartArray();
      for (int i = 0; i < list.size(); i++) {
        write(out, list.get(i), path + "[" + i + "]", depth + 1);
      }
      out.writeEndArray();
    } else if (value instanceof Map<?, ?> map) {
      out.writeStartObject();
      for (Map.Entry<?, ?> field : map.entrySet()) {
        String name = name(field.getKey(), path);
        out.writeFieldName(name);
        write(out, field.getValue(), path + "." + name, depth + 1);
      }
      out.writeEndObject();
    } else {
      throw new IllegalArgumentException("'" + path + "' is " + kind(value) + ": " + value);
    }
  }

  private static String name(@Nullable Object key, String path) {
    if (key instanceof String name && wellFormed(name)) {
      return name;
    }
    throw new IllegalArgumentException("a key of '" + path + "' is " + kind(key) + ": " + key);
  }

  private static long inRange(long number, String path) {
    if (!exact(number)) {
      throw new IllegalArgumentException("'" + path + "' is beyond 2^53-1: " + number);
    }
    return number;
  }

  private static boolean exact(long number) {
    return number >= -LARGEST && number <= LARGEST;
  }

  private static String kind(@Nullable Object value) {
    return value == null
        ? "null; leave it out"
        : value instanceof String
            ? "text with half a surrogate pair"
            : "a " + value.getClass().getSimpleName() + "; write it as text";
  }

  private static Refusal malformed(String expected, String found, @Nullable Throwable cause) {
    Finding finding =
        Finding.of("json.malformed", "this is not strict JSON")
            .withExpected(expected)
            .withFound(found)
            .withFix("take the file as it was written; it was damaged or edited since");
    return cause == null ? new Refusal(finding) : new Refusal(finding, cause);
  }
}
