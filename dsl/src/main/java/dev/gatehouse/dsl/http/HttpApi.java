package dev.gatehouse.dsl.http;

import dev.gatehouse.core.outcome.Secret;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;

/**
 * What answers by HTTP at one address: {@code
 * http("https://shop.example").withHeader("Authorization", token)}. Its answers are checks, its
 * requests are steps.
 *
 * <p>Requests go to this host and to no other: redirects are not followed. Each has a deadline for
 * the whole exchange, 10 seconds unless {@link #withDeadline} says so; of an answer 64 KiB are
 * read.
 *
 * <p>Immutable. Not a step. Needs no privilege in the database.
 *
 * @since 0.1
 */
public final class HttpApi {
  private final HttpCall call;

  private HttpApi(HttpCall call) {
    this.call = call;
  }

  /**
   * At that address.
   *
   * @param base such as {@code https://shop.example/admin}; paths are appended to it
   * @throws IllegalArgumentException when it is none of http or https with a host, or holds an
   *     account, a query or a fragment
   */
  public static HttpApi at(String base) {
    URI given = parsed(base);
    boolean http = "http".equals(given.getScheme()) || "https".equals(given.getScheme());
    if (!http || given.getHost() == null) {
      throw new IllegalArgumentException(
          "address is none: begins with http(s)://host, a host name without underscores");
    }
    if (given.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "address holds an account: it would be printed with the plan; use withHeader(name,"
              + " secret)");
    }
    if (given.getQuery() != null || given.getFragment() != null) {
      throw new IllegalArgumentException(
          "address has a query or a fragment: paths are appended to it");
    }
    return new HttpApi(
        HttpCall.to(URI.create(base.endsWith("/") ? base.substring(0, base.length() - 1) : base)));
  }

  /** What is no address may hold an account, so it stands in no message. */
  private static URI parsed(String base) {
    try {
      return new URI(base);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("address is none: " + e.getReason());
    }
  }

  /**
   * The same, sending that header with each request.
   *
   * @throws IllegalArgumentException when no request may have such a header or such a value
   */
  public HttpApi withHeader(String name, String value) {
    return new HttpApi(call.with(Header.of(name, value)));
  }

  /**
   * The same, sending that header, whose value nobody sees, with each request.
   *
   * @param value the whole of it, such as {@code Bearer ...}
   * @throws IllegalArgumentException when no request may have such a header, or the value holds
   *     other characters than printable ASCII
   */
  public HttpApi withHeader(String name, Secret value) {
    return new HttpApi(call.with(Header.of(name, value)));
  }

  /**
   * The same with that long for a whole exchange: connection, headers and body. Default 10 seconds.
   *
   * @throws IllegalArgumentException when it is not above zero
   */
  public HttpApi withDeadline(Duration limit) {
    return new HttpApi(call.within(limit));
  }

  /** What it answers at that path, which begins with a slash. Asked as often as anybody looks. */
  public HttpGet get(String path) {
    return new HttpGet(call.of("GET", path));
  }

  /** A request that changes something, without a body unless it says so. */
  public HttpChange post(String path) {
    return HttpChange.of(call.of("POST", path));
  }

  /** A request that puts something there, without a body unless it says so. */
  public HttpChange put(String path) {
    return HttpChange.of(call.of("PUT", path));
  }

  /**
   * A workflow of GitHub Actions, of this API: {@code
   * http("https://api.github.com").withHeader("Authorization", token).workflow("acme/shop",
   * "deploy.yml").disabled()}.
   *
   * @param repository owner and name
   * @param file name of the workflow's file, or its number
   * @throws IllegalArgumentException when they are no such names
   */
  public Workflow workflow(String repository, String file) {
    return Workflow.of(this, repository, file);
  }

  @Override
  public String toString() {
    return call.uri() + " (not a step: say get(path), post(path) or put(path))";
  }
}
