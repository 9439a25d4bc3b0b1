package dev.gatehouse.dsl.http;

import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.words.Names;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is sent, where to, and how long all of the exchange may take.
 *
 * @param body as text; sent as UTF-8
 */
record HttpCall(
    String method, URI uri, List<Header> headers, Optional<String> body, Duration deadline) {

  static HttpCall to(URI base) {
    return new HttpCall("GET", base, List.of(), Optional.empty(), Duration.ofSeconds(10));
  }

  HttpCall with(Header header) {
    List<Header> all =
        new ArrayList<>(
            headers.stream().filter(one -> !one.name().equalsIgnoreCase(header.name())).toList());
    all.add(header);
    return new HttpCall(method, uri, List.copyOf(all), body, deadline);
  }

  HttpCall within(Duration limit) {
    if (limit.isZero() || limit.isNegative()) {
      throw new IllegalArgumentException("deadline is " + limit + ": above zero");
    }
    return new HttpCall(method, uri, headers, body, limit);
  }

  /** On the same host, whatever the path says. */
  HttpCall of(String newMethod, String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path is '" + path + "': begins with a slash");
    }
    return new HttpCall(newMethod, URI.create(uri + path), headers, body, deadline);
  }

  HttpCall saying(String contentType, String text) {
    HttpCall typed = with(Header.of("Content-Type", contentType));
    return new HttpCall(method, uri, typed.headers, Optional.of(text), deadline);
  }

  HttpRequest request() {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(method, body.map(BodyPublishers::ofString).orElse(BodyPublishers.noBody()));
    headers.forEach(header -> header.on(request));
    return request.build();
  }

  List<Secret> secrets() {
    return headers.stream().flatMap(header -> header.secret().stream()).toList();
  }

  /** As a plan shows it. */
  List<String> preview() {
    List<String> lines = new ArrayList<>();
    lines.add(method + " " + uri);
    headers.forEach(header -> lines.add(header.toString()));
    body.ifPresent(lines::add);
    lines.add("in at most " + Names.print(deadline) + ", redirects not followed");
    if (!secrets().isEmpty() && uri.getScheme().equals("http") && !Posted.staysHere(uri)) {
      lines.add("whoever is on the way reads what is secret: http, not https");
    }
    return lines;
  }

  @Override
  public String toString() {
    return method + " " + uri;
  }
}
