package dev.gatehouse.dsl.tell;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.tell.Delivery;
import dev.gatehouse.dsl.http.Posted;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A POST to an address that nobody may see, and what its answer means for the notice. No text here
 * holds the address, nor what was answered.
 */
record Post(Secret address, Duration deadline) {
  private static final Set<Integer> NOT_NOW = Set.of(408, 425, 429);

  static final Duration DEADLINE = Duration.ofSeconds(4);

  /**
   * @throws IllegalArgumentException when it is no address of https, or of http on this machine
   */
  static Post to(Secret address) {
    if (!address.<Boolean>reveal(value -> fine(new String(value)))) {
      throw new IllegalArgumentException(
          "secret '"
              + address.label()
              + "' is no address that begins with https://host (http only on"
              + " this machine)");
    }
    return new Post(address, DEADLINE);
  }

  /** Messages of the JDK about an address would hold it. */
  private static boolean fine(String address) {
    try {
      URI given = new URI(address);
      return given.getHost() != null
          && ("https".equals(given.getScheme())
              || ("http".equals(given.getScheme()) && Posted.staysHere(given)));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /**
   * @param bodies what is sent; each further one is for whoever refused those before it for good
   */
  Delivery deliver(List<Body> bodies) throws InterruptedException {
    Posted answer = send(bodies.get(0));
    for (Body plain : bodies.subList(1, bodies.size())) {
      if (!permanent(answer)) {
        break;
      }
      answer = send(plain);
    }
    if (answer.status() / 100 == 2) {
      return Delivery.told();
    } else if (permanent(answer)) {
      return Delivery.refused(problem(answer, "see whether the address is still the right one"));
    }
    Finding later = problem(answer, "nothing: it is told again");
    return again(answer).map(when -> Delivery.later(later, when)).orElse(Delivery.later(later));
  }

  /** What is sent, under which headers. */
  record Body(String contentType, String text, Map<String, String> headers) {}

  private Posted send(Body body) throws InterruptedException {
    return Posted.to(address, body.headers(), body.contentType(), body.text(), deadline);
  }

  private static boolean permanent(Posted answer) {
    return answer.status() / 100 == 4 && !NOT_NOW.contains(answer.status());
  }

  private Finding problem(Posted answer, String fix) {
    return Finding.of("tell.answer", "'" + address.label() + "' does not take a notice")
        .withExpected("status 2xx within " + deadline.toSeconds() + " s")
        .withFound(answer.status() == 0 ? answer.why() : "status " + answer.status())
        .withFix(fix);
  }

  /** In seconds or as a date (RFC 9110, 10.2.3). */
  private static Optional<Duration> again(Posted answer) {
    return answer.retryAfter().map(String::strip).flatMap(Post::parsed).map(Post::notNegative);
  }

  private static Optional<Duration> parsed(String text) {
    if (text.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      ZonedDateTime when = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
      return Optional.of(Duration.between(Instant.now(), when.toInstant()));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static Duration notNegative(Duration wanted) {
    Duration least = Duration.ofSeconds(1);
    return wanted.compareTo(least) < 0 ? least : wanted;
  }
}
