package dev.gatehouse.dsl.http;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.dsl.words.Names;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;

/** One request and its answer, all of it by its deadline. */
final class Exchange {
  private static final String REPEATS = "jdk.httpclient.enableAllMethodRetry";

  /** Made when first used. A GET over a stale connection is repeated, a POST is lost. */
  private static final class Shared {
    static final HttpClient CLIENT = client();
  }

  private Exchange() {}

  private static HttpClient client() {
    return HttpClient.newBuilder()
        .followRedirects(HttpClient.Redirect.NEVER)
        .version(HttpClient.Version.HTTP_1_1)
        .build();
  }

  /** Of a GET, or of what is told again when nobody has answered: it may arrive twice. */
  static HttpAnswer repeatable(HttpCall call) throws NoAnswer, InterruptedException {
    return send(Shared.CLIENT, call);
  }

  /** Sent once at most: over a connection of its own, so that none is found stale. */
  static HttpAnswer once(HttpCall call) throws NoAnswer, InterruptedException {
    return send(client(), call);
  }

  /**
   * Refuses to send what changes something where the JDK would send it again by itself.
   *
   * @throws Refusal {@code http.repeats}
   */
  static void refuseRepeats() {
    String set = System.getProperty(REPEATS);
    if (set != null && (set.isEmpty() || Boolean.parseBoolean(set))) {
      throw new Refusal(
          Finding.of("http.repeats", "this JVM sends requests twice that were lost")
              .withExpected("each request at most once")
              .withFound("-D" + REPEATS + "=" + set)
              .withFix("start the JVM without it"));
    }
  }

  private static HttpAnswer send(HttpClient client, HttpCall call)
      throws NoAnswer, InterruptedException {
    CompletableFuture<HttpResponse<HttpAnswer.Text>> answer =
        client.sendAsync(call.request(), head -> new HttpAnswer.Reading());
    try {
      return HttpAnswer.of(answer.get(call.deadline().toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      throw new NoAnswer(late(call), true);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new NoAnswer(lost(call, cause), !beforeSending(cause));
    } finally {
      answer.cancel(true);
    }
  }

  private static boolean beforeSending(Throwable cause) {
    return cause instanceof ConnectException
        || cause instanceof HttpConnectTimeoutException
        || cause instanceof UnresolvedAddressException
        || cause instanceof SSLHandshakeException;
  }

  private static Finding late(HttpCall call) {
    return Finding.of("http.late", "an endpoint does not answer in time")
        .withExpected("a whole answer to " + call + " within " + Names.print(call.deadline()))
        .withFound("none by then")
        .withFix("find out why it takes so long, or allow it more: withDeadline(...)");
  }

  /** What the other side is called stands in the call; what it sent is in no message. */
  private static Finding lost(HttpCall call, Throwable cause) {
    boolean before = beforeSending(cause);
    String kind = cause instanceof IOException ? cause.getClass().getSimpleName() : "" + cause;
    return Finding.of(
            before ? "http.unreachable" : "http.lost",
            before ? "an endpoint cannot be reached" : "the answer of an endpoint was lost")
        .withExpected("a whole answer to " + call)
        .withFound(kind)
        .withFix("see whether it is up: curl -i '" + call.uri() + "'");
  }
}
