package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.dsl.words.Names;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How long an HTTP endpoint takes to answer, before it is said how long it may: {@code
 * responseTime("https://shop.example/health").atMost(ofSeconds(5))}.
 *
 * <p>One GET, redirects not followed, the body read and thrown away. An answer that is late, or
 * whose status is not 2xx, fails; an endpoint that cannot be reached is INCONCLUSIVE.
 *
 * <p>Immutable. Not a step yet. Needs no privilege in the database.
 *
 * @since 0.1
 */
public final class ResponseTime {
  /** Made when first used; it has a thread, which a guard's samples share. */
  private static final class Client {
    static final HttpClient SHARED = HttpClient.newHttpClient();
  }

  private final URI uri;

  public ResponseTime(String address) {
    URI given = URI.create(address);
    boolean http = "http".equals(given.getScheme()) || "https".equals(given.getScheme());
    if (!http || given.getHost() == null) {
      throw new IllegalArgumentException(
          "address is '" + address + "': begins with http(s)://host");
    }
    if (given.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "address holds an account: it would be printed with the check");
    }
    this.uri = given;
  }

  /**
   * Passes when the whole answer has arrived by then.
   *
   * @throws IllegalArgumentException when the time is not above zero
   */
  public NamedCheck atMost(Duration limit) {
    if (limit.isZero() || limit.isNegative()) {
      throw new IllegalArgumentException("limit is " + limit + ": must be above zero");
    }
    String most = limit.toMillis() + " ms";
    return NamedCheck.of(
        Names.of(uri + " answers within " + most),
        reading -> List.of("GET " + uri + ", 2xx within " + most),
        reading -> look(reading, limit, most));
  }

  private Outcome look(CheckContext reading, Duration limit, String most)
      throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(limit).build();
    long begun = System.nanoTime();
    CompletableFuture<HttpResponse<Void>> answer =
        Client.SHARED.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    try {
      int status = answer.get(limit.toNanos(), TimeUnit.NANOSECONDS).statusCode();
      long took = (System.nanoTime() - begun) / 1_000_000;
      Evidence evidence = reading.evidence().with("milliseconds", took).with("status", status);
      return status / 100 == 2
          ? Outcome.passed(evidence)
          : Outcome.failed(
              finding("http.status", "an endpoint does not answer as it should", "status 2xx")
                  .withFound("status " + status)
                  .withFix("curl -i '" + uri + "'"),
              evidence);
    } catch (TimeoutException e) {
      return late(reading, most);
    } catch (ExecutionException e) {
      return e.getCause() instanceof HttpTimeoutException ? late(reading, most) : unreachable(e);
    } finally {
      answer.cancel(true);
    }
  }

  private Outcome late(CheckContext reading, String most) {
    return Outcome.failed(
        finding("http.late", "an endpoint does not answer in time", "an answer within " + most)
            .withFound("none by then")
            .withFix("curl -o /dev/null -w '%{time_total}' '" + uri + "'"),
        reading.evidence().with("later than", most));
  }

  private Outcome unreachable(ExecutionException e) {
    Throwable cause = e.getCause() instanceof IOException io ? io : e;
    return Outcome.inconclusive(
        finding("http.unreachable", "an endpoint cannot be reached", "an answer of " + uri)
            .withFound(cause.getClass().getSimpleName())
            .withFix("curl -i '" + uri + "'"));
  }

  private static Finding finding(String code, String headline, String expected) {
    return Finding.of(code, headline).withExpected(expected);
  }

  @Override
  public String toString() {
    return "response time of " + uri + " (not yet a step: say atMost(duration))";
  }
}
