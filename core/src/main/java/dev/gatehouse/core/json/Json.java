package dev.gatehouse.core.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    byte[] bytes = new JsonText(false).of(object).getBytes(StandardCharsets.UTF_8);
    if (bytes.length > LONGEST) {
      throw new IllegalArgumentException(
          "object is " + bytes.length + " bytes as JSON; at most " + LONGEST + " are allowed");
    }
    return bytes;
  }

  /**
   * The object as indented JSON for people, in the order of the map, lines ended by {@code \n}.
   *
   * @throws IllegalArgumentException as {@link #canonical}
   */
  public static String pretty(Map<String, ?> object) {
    return new JsonText(true).of(object) + "\n";
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
    if (!JsonText.wellFormed(text)) {
      throw malformed("whole characters", "half a surrogate pair", null);
    }
    return text;
  }

  static boolean exact(long number) {
    return number >= -LARGEST && number <= LARGEST;
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
