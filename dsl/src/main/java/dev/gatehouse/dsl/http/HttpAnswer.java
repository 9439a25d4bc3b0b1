package dev.gatehouse.dsl.http;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What came back.
 *
 * @param location where it sends us, if anywhere
 * @param retryAfter when it wants to be asked again, as it says so
 * @param tag its ETag, if it is one that If-Match can compare: strong (RFC 9110, 13.1.1)
 */
record HttpAnswer(
    int status,
    Text body,
    Optional<String> location,
    Optional<String> retryAfter,
    Optional<String> tag) {

  /** Most bytes of a body that are read. */
  static final int MOST = 64 << 10;

  private static final int SHOWN = 500;
  private static final Pattern STRONG = Pattern.compile("\"[\\x21\\x23-\\x7e]+\"");

  /**
   * The begin of a body, read as UTF-8.
   *
   * @param whole whether it is all of it
   */
  record Text(String text, boolean whole) {
    /** Enough of it to recognise what answered. */
    String shown() {
      return whole && text.length() <= SHOWN
          ? text
          : text.substring(0, Math.min(SHOWN, text.length())) + "...";
    }
  }

  static HttpAnswer of(HttpResponse<Text> response) {
    return new HttpAnswer(
        response.statusCode(),
        response.body(),
        response.headers().firstValue("Location"),
        response.headers().firstValue("Retry-After"),
        response.headers().firstValue("ETag").filter(tag -> STRONG.matcher(tag).matches()));
  }

  boolean successful() {
    return status / 100 == 2;
  }

  /** No more of a body than anybody would look at, however much comes. */
  static final class Reading implements HttpResponse.BodySubscriber<Text> {
    private final CompletableFuture<Text> result = new CompletableFuture<>();
    private final ByteBuffer kept = ByteBuffer.allocate(MOST);
    private Flow.@Nullable Subscription subscription;

    @Override
    public CompletionStage<Text> getBody() {
      return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
      subscription = begun;
      begun.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
      for (ByteBuffer bytes : item) {
        int room = kept.remaining();
        if (bytes.remaining() > room) {
          kept.put(bytes.slice().limit(room));
          end(false);
          return;
        }
        kept.put(bytes);
      }
    }

    @Override
    public void onError(Throwable problem) {
      result.completeExceptionally(problem);
    }

    @Override
    public void onComplete() {
      end(true);
    }

    private void end(boolean whole) {
      String text = new String(kept.array(), 0, kept.position(), StandardCharsets.UTF_8);
      result.complete(new Text(text, whole));
      if (!whole && subscription != null) {
        subscription.cancel();
      }
    }
  }
}
