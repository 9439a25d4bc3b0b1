package dev.gatehouse.core.dialect;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A name that may enter SQL. Servers truncate, fold or choke on some names; those are refused here.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public record Identifier(String name) {

  /**
   * @throws Refusal when the name is empty, holds NUL or half a surrogate pair
   */
  public Identifier {
    if (name.isEmpty()) {
      throw refused("an identifier is empty", name);
    }
    if (name.indexOf('\0') >= 0) {
      throw refused("an identifier holds a NUL character", name.replace("\0", "\\0"));
    }
    try {
      StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(name));
    } catch (CharacterCodingException e) {
      throw refused("an identifier holds half a surrogate pair", "not printable");
    }
  }

  /**
   * The identifier, checked against the limit of a dialect.
   *
   * @throws Refusal when it is longer than the product's servers keep
   */
  public static Identifier of(String name, Limit longest) {
    int length = longest.unit().length(name);
    if (length > longest.most()) {
      throw new Refusal(
          Finding.of("identifier.too-long", "an identifier is longer than the server keeps")
              .withExpected("at most " + longest)
              .withFound(length + " " + longest.unit().words() + ": " + name)
              .withFix("shorten the name; the server would cut it and mean another object"));
    }
    return new Identifier(name);
  }

  /** How long a name may be. */
  public record Limit(int most, Unit unit) {
    public static Limit bytes(int most) {
      return new Limit(most, Unit.BYTES);
    }

    public static Limit characters(int most) {
      return new Limit(most, Unit.CHARACTERS);
    }

    @Override
    public String toString() {
      return most + " " + unit.words();
    }
  }

  /** What a product counts. */
  public enum Unit {
    BYTES {
      @Override
      int length(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
      }
    },
    CHARACTERS {
      @Override
      int length(String name) {
        return name.codePointCount(0, name.length());
      }
    };

    abstract int length(String name);

    String words() {
      return this == BYTES ? "bytes of UTF-8" : "characters";
    }
  }

  private static Refusal refused(String headline, String found) {
    return new Refusal(
        Finding.of("identifier.malformed", headline)
            .withExpected("at least one character, no NUL, well-formed Unicode")
            .withFound("'" + found + "'")
            .withFix("correct the name where the runbook is written"));
  }
}
