package dev.gatehouse.dsl.http;

import dev.gatehouse.core.outcome.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What came of a POST to an address that is itself a secret, as webhooks' are. Nothing here holds
 * it, nor what was answered.
 *
 * @param status 0 where there was no whole answer
 * @param retryAfter when it wants to be asked again, as it says so
 * @param why there was no answer; empty where there was one
 */
public record Posted(int status, Optional<String> retryAfter, String why) {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /** Whether what is sent there leaves this machine in no case. */
  public static boolean staysHere(URI address) {
    return LOOPBACK.contains(address.getHost());
  }

  /**
   * Sends it to that host and no other. Over a connection that is kept: when it was lost, send it
   * again.
   *
   * @param address of http or https
   * @param deadline for all of it
   */
  public static Posted to(
      Secret address,
      Map<String, String> headers,
      String contentType,
      String body,
      Duration deadline)
      throws InterruptedException {
    URI uri = address.reveal(value -> URI.create(new String(value)));
    HttpCall call =
        new HttpCall("POST", uri, List.of(), Optional.empty(), deadline).saying(contentType, body);
    for (Map.Entry<String, String> header : headers.entrySet()) {
      call = call.with(Header.of(header.getKey(), header.getValue()));
    }
    try {
      HttpAnswer answer = Exchange.repeatable(call);
      return new Posted(answer.status(), answer.retryAfter(), "");
    } catch (NoAnswer e) {
      // its texts name the address
      String why = e.finding().code().equals("http.late") ? "no answer in time" : "unreachable";
      return new Posted(
          0,
          Optional.empty(),
          e.finding().code().equals("http.lost") ? "its answer was lost" : why);
    }
  }
}
