package dev.gatehouse.dsl.http;

import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.StepFailed;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A whole number that an endpoint tells: {@code app.get("/flags/ingest").number("percent")}.
 *
 * <p>Immutable. Not a step.
 *
 * @since 0.1
 */
public final class HttpNumber {
  private final HttpCall call;
  private final JsonField field;

  HttpNumber(HttpCall call, JsonField field) {
    this.call = call;
    this.field = field;
  }

  /**
   * What it was when it was asked.
   *
   * @param tag strong ETag of that answer, if it had one
   */
  public record Told(int value, Optional<String> tag) {}

  /**
   * What it is now.
   *
   * @throws StepFailed when there is no answer, or none that tells it
   */
  public Told now() throws InterruptedException {
    HttpAnswer answer;
    try {
      answer = Exchange.repeatable(call);
    } catch (NoAnswer e) {
      throw new StepFailed(e.finding());
    }
    if (!answer.successful() || !answer.body().whole()) {
      throw new StepFailed(untold("status " + answer.status()));
    }
    Optional<String> found;
    try {
      found = field.of(answer.body().text());
    } catch (IOException e) {
      throw new StepFailed(untold("no JSON document, or not all of one"));
    }
    try {
      return new Told(Integer.parseInt(found.orElse("")), answer.tag());
    } catch (NumberFormatException e) {
      throw new StepFailed(untold(found.map(text -> "'" + text + "'").orElse("no such field")));
    }
  }

  private Finding untold(String found) {
    return Finding.of("http.number", "an endpoint does not tell a number")
        .withExpected("status 2xx, and a whole number as " + field.name() + ": " + call)
        .withFound(found)
        .withFix("curl -i '" + call.uri() + "'");
  }

  /**
   * That request, sent with {@code If-Match}: only if what the number was read from is as it was
   * told. Empty where it came without a strong ETag, or from another address than the request's.
   */
  public Optional<HttpChange> ifStill(Told told, HttpChange request) {
    return told.tag().filter(tag -> request.isOf(call.uri())).map(request::ifMatching);
  }

  /** Passes when it is that. */
  public NamedCheck is(int value) {
    return new HttpGet(call).says(field.name(), String.valueOf(value));
  }

  /** Those that the question is asked with. */
  public List<Secret> secrets() {
    return call.secrets();
  }

  @Override
  public String toString() {
    return field.name() + " of " + call;
  }
}
