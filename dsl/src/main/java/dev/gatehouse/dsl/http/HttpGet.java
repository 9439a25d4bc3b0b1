package dev.gatehouse.dsl.http;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.dsl.words.Names;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an endpoint answers, before it is said what it should: {@code
 * app.get("/api/maintenance").says("enabled", "true")}.
 *
 * <p>No answer, one that is not whole or not understood, an error of the server, a redirect, and a
 * refusal of who asks are INCONCLUSIVE: they tell nothing about what was asked.
 *
 * <p>Immutable. Not a step yet. Needs no privilege in the database.
 *
 * @since 0.1
 */
public final class HttpGet {
  /** Of who asks, or how often: they tell nothing about what is asked. */
  private static final Set<Integer> SILENT = Set.of(401, 403, 407, 408, 425, 429);

  private final HttpCall call;

  HttpGet(HttpCall call) {
    this.call = call;
  }

  /**
   * Passes when its answer, a JSON document with status 2xx, has this value there.
   *
   * @param field a name at the top of the document, or a JSON pointer such as {@code /state/mode}
   * @param value as the document writes it: {@code true}, {@code 12}, or a text without its quotes
   * @param others values that are as good
   * @throws IllegalArgumentException when the field is none
   */
  public NamedCheck says(String field, String value, String... others) {
    JsonField wanted = new JsonField(field);
    List<String> values = Names.list(value, others);
    String words = String.join(" or ", values);
    String expected = "status 2xx, and " + field + " is " + words;
    return check(
        call + " says " + field + " " + words,
        expected,
        (reading, answer) -> said(reading, answer, wanted, values, expected));
  }

  /**
   * The whole number that its answer has there.
   *
   * @param field a name at the top of the document, or a JSON pointer
   * @throws IllegalArgumentException when the field is none
   */
  public HttpNumber number(String field) {
    return new HttpNumber(call, new JsonField(field));
  }

  /** Passes when it answers with that status. */
  public NamedCheck hasStatus(int status) {
    String expected = "status " + status;
    return check(
        call + " answers " + status,
        expected,
        (reading, answer) -> {
          if (answer.status() == status) {
            return Outcome.passed(reading.evidence().with("status", status));
          }
          return SILENT.contains(answer.status())
                  || answer.status() / 100 == 3
                  || answer.status() >= 500
              ? Outcome.inconclusive(unexpected(answer, expected))
              : Outcome.failed(
                  unexpected(answer, expected), reading.evidence().with("status", answer.status()));
        });
  }

  private interface Judging {
    Outcome judge(CheckContext reading, HttpAnswer answer);
  }

  private NamedCheck check(String name, String expected, Judging judging) {
    List<String> lines = new ArrayList<>(call.preview());
    lines.add(expected);
    return NamedCheck.of(
            Names.of(name),
            reading -> lines,
            reading -> {
              try {
                return judging.judge(reading, Exchange.repeatable(call));
              } catch (NoAnswer e) {
                return Outcome.inconclusive(e.finding());
              }
            })
        .withSecrets(call.secrets());
  }

  private Outcome said(
      CheckContext reading,
      HttpAnswer answer,
      JsonField field,
      List<String> values,
      String expected) {
    if (!answer.successful() || !answer.body().whole()) {
      return Outcome.inconclusive(unexpected(answer, expected));
    }
    Optional<String> found;
    try {
      found = field.of(answer.body().text());
    } catch (IOException e) {
      return Outcome.inconclusive(
          unexpected(answer, expected).withFound("no JSON document, or not all of one"));
    }
    if (found.isEmpty()) {
      return Outcome.inconclusive(
          unexpected(answer, expected).withFound("no single value of that name"));
    }
    return values.contains(found.get())
        ? Outcome.passed(reading.evidence().with(field.name(), found.get()))
        : Outcome.failed(
            unexpected(answer, expected).withFound(field.name() + " is " + found.get()),
            reading.evidence().with(field.name(), found.get()));
  }

  private Finding unexpected(HttpAnswer answer, String expected) {
    return Finding.of("http.answer", "an endpoint does not answer as it should")
        .withExpected(expected + ": " + call)
        .withFound(
            "status "
                + answer.status()
                + answer.location().map(where -> ", to " + where).orElse(""))
        .withFix("curl -i '" + call.uri() + "'");
  }

  @Override
  public String toString() {
    return call + " (not yet a step: say says(field, value) or hasStatus(n))";
  }
}
